using Flex.Torch;
using Flex.Torch.Nn;

namespace Flex.Diffusion.Backbones;

/// <summary>
/// An encoder of a baseline: the shared one, with time, or a task's, without. It knows no weak conditioning: the
/// task encoders reach the decoder only.
/// </summary>
public abstract class PlainEncoder : Module, ITaskEncoder
{
    /// <summary>Encodes the noisy residual.</summary>
    /// <param name="z">(B, C, H, W).</param>
    /// <param name="t">(B).</param>
    /// <param name="parameters">(B, P), or null where P = 0.</param>
    /// <returns>The middle's output, and the outputs before it, first to last, in the caller's scope.</returns>
    public Latent Forward(Tensor z, Tensor t, Tensor? parameters)
    {
        var (middle, outputs) = Run(z, t, parameters);
        return new Latent(middle, outputs);
    }

    /// <inheritdoc/>
    public TaskFeatures Forward(Tensor condition, Tensor? parameters)
    {
        var (middle, outputs) = Run(condition, t: null, parameters);
        return new TaskFeatures(middle, outputs);
    }

    /// <summary>Applies the network.</summary>
    /// <param name="x">(B, C, H, W).</param>
    /// <param name="t">(B), or null where the encoder takes no time.</param>
    /// <param name="parameters">(B, P), or null where P = 0.</param>
    /// <returns>The middle's output, and the outputs before it, first to last, in the caller's scope.</returns>
    protected abstract (Tensor Middle, IReadOnlyList<Tensor> Outputs) Run(Tensor x, Tensor? t, Tensor? parameters);
}
