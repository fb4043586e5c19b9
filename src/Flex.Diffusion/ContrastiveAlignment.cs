using Flex.Torch;

namespace Flex.Diffusion;

/// <summary>
/// The contrastive alignment of two tasks' latents (SPEC §2): a sample's super-resolution and forecasting
/// latents should be nearer to each other than to those of the other samples.
/// </summary>
public static class ContrastiveAlignment
{
    private const double Temperature = 0.01;
    private const double NormFloor = 1e-12;

    /// <summary>½[CE(logits, diagonal) + CE(logitsᵀ, diagonal)] of logits = e₁e₂ᵀ/0.01.</summary>
    /// <param name="first">(B, N, E) tokens of one task, the leading token included.</param>
    /// <param name="second">(B, N, E) tokens of the other.</param>
    /// <returns>A tensor without dimensions.</returns>
    public static Tensor Loss(Tensor first, Tensor second)
    {
        ArgumentNullException.ThrowIfNull(first);
        using var scope = new TensorScope();
        var logits = Normalised(first).MatMul(Normalised(second).Transpose(0, 1)) / Temperature;
        var diagonal = Tensor.Arange(0, first.Size(0)).To(first.Device);
        var loss = Functional.CrossEntropy(logits, diagonal) + Functional.CrossEntropy(logits.Transpose(0, 1), diagonal);
        return scope.Keep(loss * 0.5);
    }

    private static Tensor Normalised(Tensor tokens)
    {
        var flat = tokens.Flatten(1);
        return flat / flat.Square().Sum([1], keepDim: true).Sqrt().Clamp(min: NormFloor);
    }
}
