using Flex.Diffusion.Backbones;
using Flex.Torch;

namespace Flex.Diffusion.Sampling;

/// <summary>Draws from one encoded condition, member after member.</summary>
public interface IConditionedSampler
{
    /// <summary>Draws one normalised residual (or field) for each noise field.</summary>
    /// <param name="noise">Z at t = 1, (B, C, H, W).</param>
    /// <param name="freshNoise">The ancestral noise of step i, where η > 0.</param>
    /// <returns>(B, C, H, W), in the caller's scope.</returns>
    Tensor Draw(Tensor noise, Func<int, Tensor>? freshNoise = null);
}

/// <summary>Draws operator by operator.</summary>
/// <param name="Model">The model.</param>
/// <param name="Features">The encoded condition.</param>
/// <param name="Parameters">(B, P), scaled; null where P = 0.</param>
/// <param name="Sampler">Steps and η.</param>
internal sealed record ConditionedSampler(DiffusionModel Model, TaskFeatures Features, Tensor? Parameters, DdimSampler Sampler) : IConditionedSampler
{
    /// <inheritdoc/>
    public Tensor Draw(Tensor noise, Func<int, Tensor>? freshNoise = null) => Model.Sample(Features, Parameters, noise, Sampler, freshNoise);
}
