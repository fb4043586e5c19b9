using System.Numerics;

namespace Flex.Fields.Solvers;

/// <summary>
/// The body force (A·sin(n·y), 0), which adds −A·n·cos(n·y) to ω_t. Its laminar flow is
/// u = A/(ν·n² + μ)·sin(n·y).
/// </summary>
/// <param name="Amplitude">A, acceleration.</param>
/// <param name="Wavenumber">n ≥ 1.</param>
public sealed record KolmogorovForcing(double Amplitude, int Wavenumber)
{
    /// <summary>The Fourier coefficient of ω's forcing at (0, ±n).</summary>
    public double Coefficient => -0.5 * Amplitude * Wavenumber;

    /// <summary>Adds the forcing to ω_t.</summary>
    /// <param name="tendency">ω̂_t.</param>
    /// <typeparam name="T">Precision.</typeparam>
    public void AddTo<T>(SpectralField<T> tendency)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tendency);
        tendency[0, Wavenumber] += new Complex(Coefficient, 0);
    }
}
