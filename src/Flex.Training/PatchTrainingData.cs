using Flex.Fields.DataSets;
using Flex.Torch;

namespace Flex.Training;

/// <summary>Patches of files as batches: training ones are prepared ahead on another thread, validation ones stay in memory.</summary>
public sealed class PatchTrainingData : ITrainingData, IDisposable
{
    private readonly PatchSampler _sampler;
    private readonly int _batch;
    private readonly List<PatchBatch> _validation = [];
    private readonly ValidationSet? _validationSet;
    private readonly int _patch;
    private PrefetchingLoader? _loader;
    private long _next;

    /// <summary>Reads the validation patches.</summary>
    /// <param name="training">The training data.</param>
    /// <param name="validation">The validation patches, or null for none.</param>
    /// <param name="batch">B.</param>
    /// <param name="seed">The sequence of training patches.</param>
    /// <exception cref="InputException">Validation data that cannot be read or are not finite.</exception>
    public PatchTrainingData(SuperResolutionData training, ValidationSet? validation, int batch, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(training);
        (_sampler, _batch, _patch, _validationSet) = (training.Sampler(seed), batch, training.Config.Patch, validation);
        for (var first = 0; first < validation?.Count; first += batch)
        {
            var patches = new PatchBatch(validation, Math.Min(batch, validation.Count - first));
            patches.Fill(first);
            _validation.Add(patches);
        }
    }

    /// <inheritdoc/>
    public int ValidationBatches => _validation.Count;

    /// <inheritdoc/>
    public TrainingBatch Training(long index)
    {
        if (_loader is null || index != _next)
        {
            _loader?.Dispose();
            _loader = new PrefetchingLoader(_sampler, _batch, index * _batch);
        }

        _next = index + 1;
        return ToTensors(_loader.Next(), _sampler);
    }

    /// <inheritdoc/>
    public TrainingBatch Validation(int index) => ToTensors(_validation[index], _validationSet!);

    /// <inheritdoc/>
    public void Dispose() => _loader?.Dispose();

    private TrainingBatch ToTensors(PatchBatch patches, IPatchSource source)
    {
        var parameters = patches.Parameters.Length / patches.Size;
        return new TrainingBatch(
            Tensor.From<float>(patches.Condition, patches.Size, 1, _patch, _patch),
            Tensor.From<float>(patches.Residual, patches.Size, 1, _patch, _patch),
            parameters > 0 ? Tensor.From<float>(patches.Parameters, patches.Size, parameters) : null,
            () => string.Join("; ", Enumerable.Range(0, patches.Size).Select(i => source.Describe(patches.First + i))));
    }
}
