using Flex.Torch;

namespace Flex.Diffusion;

/// <summary>What the network's output N(Z, t) means (SPEC §2).</summary>
public enum Prediction
{
    /// <summary>The velocity v = α·ε − σ·R.</summary>
    V,

    /// <summary>Velocity-like; the noise ε̂ = α·N + σ·Z is compared.</summary>
    Eps,

    /// <summary>The clean residual.</summary>
    X,
}

/// <summary>The formulas of the three parameterisations (SPEC §2, table).</summary>
public static class PredictionFormulas
{
    /// <summary>x̂, the estimate of the clean residual.</summary>
    /// <param name="prediction">What N means.</param>
    /// <param name="output">N, (B, C, H, W).</param>
    /// <param name="z">Z, (B, C, H, W).</param>
    /// <param name="alpha">α(t).</param>
    /// <param name="sigma">σ(t).</param>
    /// <returns>x̂.</returns>
    public static Tensor Clean(this Prediction prediction, Tensor output, Tensor z, double alpha, double sigma)
    {
        using var scope = new TensorScope();
        return prediction == Prediction.X ? output : scope.Keep((z * alpha) - (output * sigma));
    }

    /// <summary>ε̂, the estimate of the noise.</summary>
    /// <param name="prediction">What N means.</param>
    /// <param name="output">N, (B, C, H, W).</param>
    /// <param name="z">Z, (B, C, H, W).</param>
    /// <param name="alpha">α(t).</param>
    /// <param name="sigma">σ(t).</param>
    /// <returns>ε̂.</returns>
    public static Tensor Noise(this Prediction prediction, Tensor output, Tensor z, double alpha, double sigma)
    {
        using var scope = new TensorScope();
        return scope.Keep(prediction == Prediction.X ? (z - (output * alpha)) / sigma : (output * alpha) + (z * sigma));
    }

    /// <summary>The two sides of the loss: what the network says and what it should say.</summary>
    /// <param name="prediction">What N means.</param>
    /// <param name="output">N, (B, C, H, W).</param>
    /// <param name="z">Z, (B, C, H, W).</param>
    /// <param name="residual">R, (B, C, H, W).</param>
    /// <param name="eps">ε, (B, C, H, W).</param>
    /// <param name="alpha">α, (B, 1, 1, 1).</param>
    /// <param name="sigma">σ, (B, 1, 1, 1).</param>
    /// <returns>Said and wanted.</returns>
    public static (Tensor Said, Tensor Wanted) Sides(
        this Prediction prediction, Tensor output, Tensor z, Tensor residual, Tensor eps, Tensor alpha, Tensor sigma)
    {
        using var scope = new TensorScope();
        return prediction switch
        {
            Prediction.V => (output, scope.Keep((alpha * eps) - (sigma * residual))),
            Prediction.Eps => (scope.Keep((alpha * output) + (sigma * z)), eps),
            Prediction.X => (output, residual),
            _ => throw new ArgumentOutOfRangeException(nameof(prediction), prediction, "unknown prediction"),
        };
    }
}
