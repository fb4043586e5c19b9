using Flex.Torch;

namespace Flex.Diffusion;

/// <summary>
/// The noise schedule (SPEC §2): Z_t = α_t·R + σ_t·ε with λ(t) = −2·ln(shift·tan(a·t + b)), α = √sigmoid(λ),
/// σ = √sigmoid(−λ), for t in [0, 1]. With shift 1, α ≈ cos(πt/2) and σ ≈ sin(πt/2).
/// </summary>
/// <param name="Shift">Moves the schedule towards noise (above 1) or signal (below 1); positive.</param>
/// <param name="MinLogSnr">λ at t = 1.</param>
/// <param name="MaxLogSnr">λ at t = 0.</param>
public sealed record NoiseSchedule(double Shift = 1, double MinLogSnr = -20, double MaxLogSnr = 20)
{
    private double B => Math.Atan(Math.Exp(-MaxLogSnr / 2));

    private double A => Math.Atan(Math.Exp(-MinLogSnr / 2)) - B;

    /// <summary>λ(t), the logarithm of α²/σ².</summary>
    /// <param name="t">The diffusion time, in [0, 1].</param>
    /// <returns>λ.</returns>
    public double LogSnr(double t) => -2 * Math.Log(Shift * Math.Tan((A * t) + B));

    /// <summary>α(t), the factor of the signal.</summary>
    /// <param name="t">The diffusion time, in [0, 1].</param>
    /// <returns>α, in (0, 1).</returns>
    public double Alpha(double t) => Math.Sqrt(Sigmoid(LogSnr(t)));

    /// <summary>σ(t), the factor of the noise.</summary>
    /// <param name="t">The diffusion time, in [0, 1].</param>
    /// <returns>σ, in (0, 1).</returns>
    public double Sigma(double t) => Math.Sqrt(Sigmoid(-LogSnr(t)));

    /// <summary>λ, α and σ of a batch of times, shaped to multiply fields.</summary>
    /// <param name="t">(B) times, on any device.</param>
    /// <returns>Three tensors (B, 1, 1, 1).</returns>
    public (Tensor LogSnr, Tensor Alpha, Tensor Sigma) At(Tensor t)
    {
        ArgumentNullException.ThrowIfNull(t);
        var times = t.ToArray<float>();
        return (PerSample(LogSnr), PerSample(Alpha), PerSample(Sigma));

        // In double precision: near t = 0 and 1 the tangent loses digits in float32.
        Tensor PerSample(Func<double, double> f)
        {
            using var scope = new TensorScope();
            var values = Array.ConvertAll(times, x => (float)f(x));
            return scope.Keep(Tensor.From<float>(values, values.Length, 1, 1, 1).To(t.Device));
        }
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
