using Flex.Torch;

namespace Flex.Diffusion.Backbones;

/// <summary>The vector that conditions a network: what it embeds of time plus what it embeds of the physical parameters (SPEC §3).</summary>
/// <param name="Width">The vector's length.</param>
/// <param name="Fourier">Time features, where the network takes time.</param>
/// <param name="Time">Their embedding.</param>
/// <param name="Parameters">The embedding of the parameters; null where P = 0.</param>
internal sealed record Conditioning(int Width, FourierFeatures? Fourier, EmbeddingMlp? Time, EmbeddingMlp? Parameters)
{
    /// <summary>The sum of the embeddings; zero where there is none.</summary>
    /// <param name="like">A tensor with the batch's size and device.</param>
    /// <param name="t">(B) where the network takes time, else null.</param>
    /// <param name="parameters">(B, P), or null where P = 0.</param>
    /// <returns>(B, width), in the caller's scope.</returns>
    internal Tensor Of(Tensor like, Tensor? t, Tensor? parameters)
    {
        using var scope = new TensorScope();
        var time = Time?.Forward(Fourier!.Forward(t!));
        var cond = Parameters?.Forward(parameters!);
        var sum = time is not null && cond is not null ? time + cond : time ?? cond;
        return scope.Keep(sum ?? Tensor.Zeros([like.Size(0), Width], device: like.Device));
    }
}
