using Flex.Diffusion.Backbones;
using Flex.Fields.DataSets;
using Flex.Torch;

namespace Flex.Training;

/// <summary>Patches of one task: training batches are prepared ahead on other threads, validation ones stay in memory.</summary>
/// <param name="task">The task.</param>
/// <param name="training">The training patches.</param>
/// <param name="share">The samples of every batch that this process takes.</param>
/// <param name="threads">How many threads prepare a batch.</param>
public sealed class TaskTrainingData(TaskKind task, IPatchSource training, BatchShare share, int threads = 1) : IDisposable
{
    private readonly List<PatchBatch> _validation = [];
    private ValidationSet? _validationSet;
    private PrefetchingLoader? _loader;
    private long _next;

    /// <summary>How many samples of a training batch this process takes; 0 where others take all.</summary>
    public int Samples => share.Count;

    /// <summary>How many batches the validation set has.</summary>
    public int ValidationBatches => _validation.Count;

    /// <summary>Reads the validation patches.</summary>
    /// <param name="validation">The patches.</param>
    /// <exception cref="InputException">Data that cannot be read or are not finite.</exception>
    public void ReadValidation(ValidationSet validation)
    {
        ArgumentNullException.ThrowIfNull(validation);
        _validationSet = validation;
        for (var first = 0; first < validation.Count; first += share.Whole)
        {
            var patches = new PatchBatch(validation, Math.Min(share.Whole, validation.Count - first));
            patches.Fill(first);
            _validation.Add(patches);
        }
    }

    /// <summary>A batch of training samples; see <see cref="ITrainingData.Training"/>.</summary>
    /// <param name="index">The number of the batch.</param>
    /// <returns>The batch.</returns>
    public TrainingBatch Training(long index)
    {
        if (_loader is null || index != _next)
        {
            _loader?.Dispose();
            _loader = new PrefetchingLoader(training, share.Count, (index * share.Whole) + share.First, stride: share.Whole, threads: threads);
        }

        _next = index + 1;
        return ToTensors(_loader.Next(), training) with { First = share.First };
    }

    /// <summary>A batch of validation samples; see <see cref="ITrainingData.Validation"/>.</summary>
    /// <param name="index">The batch.</param>
    /// <returns>The batch.</returns>
    public TrainingBatch Validation(int index) => ToTensors(_validation[index], _validationSet!);

    /// <inheritdoc/>
    public void Dispose() => _loader?.Dispose();

    private TrainingBatch ToTensors(PatchBatch patches, IPatchSource source)
    {
        var (size, patch) = (patches.Size, source.Patch);
        return new TrainingBatch(
            Tensor.From<float>(patches.Condition, size, source.ConditionChannels, patch, patch),
            Tensor.From<float>(patches.Residual, size, source.Channels, patch, patch),
            source.Parameters > 0 ? Tensor.From<float>(patches.Parameters, size, source.Parameters) : null,
            () => string.Join("; ", Enumerable.Range(0, size).Select(i => source.Describe(patches.First + i))))
        {
            Task = task,
        };
    }
}
