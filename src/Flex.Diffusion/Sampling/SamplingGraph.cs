using Flex.Diffusion.Backbones;
using Flex.Torch;

namespace Flex.Diffusion.Sampling;

/// <summary>
/// The encoding of a condition and the sampler's steps for one size of batch, recorded once as CUDA graphs: a small network's hundreds of
/// kernels take less time than a processor needs to start them. No fresh noise (η = 0).
/// </summary>
internal sealed class SamplingGraph : IConditionedSampler, IDisposable
{
    private readonly Tensor _condition;
    private readonly Tensor? _parameters;
    private readonly Tensor _noise;
    private readonly TaskFeatures _features;
    private readonly Tensor _answer;
    private readonly CudaGraph _encoding;
    private readonly CudaGraph _sampling;

    /// <summary>Records. The same batch must have been drawn once before, operator by operator.</summary>
    /// <param name="model">The model.</param>
    /// <param name="task">The task.</param>
    /// <param name="condition">(B, C', H, W), normalised.</param>
    /// <param name="parameters">(B, P), scaled; null where P = 0.</param>
    /// <param name="sampler">Steps; η is 0.</param>
    public SamplingGraph(DiffusionModel model, TaskKind task, Tensor condition, Tensor? parameters, DdimSampler sampler)
    {
        using var noGrad = GradMode.NoGrad();
        using var scope = new TensorScope();
        _condition = condition.Clone().DetachFromScope();
        _parameters = parameters?.Contiguous().Clone().DetachFromScope();
        _noise = Tensor.Zeros([condition.Size(0), model.Tasks.Channels, condition.Size(2), condition.Size(3)], device: condition.Device).DetachFromScope();
        TaskFeatures? features = null;
        _encoding = CudaGraph.Record(condition.Device, () => features = model.Encode(task, _condition, _parameters));
        _features = features!;
        Each(_features, tensor => tensor.DetachFromScope());
        Tensor? answer = null;
        _sampling = CudaGraph.Record(condition.Device, () => answer = model.Sample(_features, _parameters, _noise, sampler));
        _answer = answer!.DetachFromScope();
    }

    /// <summary>Encodes a condition, from which is drawn until the next one is given.</summary>
    /// <param name="condition">(B, C', H, W), normalised.</param>
    /// <param name="parameters">(B, P), scaled; null where P = 0.</param>
    public void Condition(Tensor condition, Tensor? parameters)
    {
        using var noGrad = GradMode.NoGrad();
        _condition.CopyInPlace(condition);
        if (parameters is not null)
        {
            _parameters!.CopyInPlace(parameters);
        }

        _encoding.Replay();
    }

    /// <inheritdoc/>
    public Tensor Draw(Tensor noise, Func<int, Tensor>? freshNoise = null)
    {
        using var noGrad = GradMode.NoGrad();
        _noise.CopyInPlace(noise);
        _sampling.Replay();
        return _answer.Clone();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in new[] { _condition, _parameters, _noise, _answer })
        {
            tensor?.Dispose();
        }

        Each(_features, tensor => tensor.Dispose());
        _encoding.Dispose();
        _sampling.Dispose();
    }

    private static void Each(TaskFeatures features, Action<Tensor> action)
    {
        action(features.Head);
        foreach (var skip in features.Skips)
        {
            action(skip);
        }
    }
}
