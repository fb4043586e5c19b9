namespace Flex.Evaluation.Spectra;

/// <summary>
/// Spectra of a periodic two-dimensional field on [0, 2π]², summed over shells of the wavenumber's magnitude
/// (Boffetta and Ecke 2012, Annual Review of Fluid Mechanics 44, section 2). With the Fourier coefficients
/// f̂ = FFT(f)/(H·W), Parseval's identity makes the sums over all shells equal the means over the domain.
/// </summary>
public static class IsotropicSpectrum
{
    /// <summary>
    /// The enstrophy spectrum, Z(k) = ½ Σ |ω̂|² over the shell: ΣZ(k) = ½⟨ω²⟩. Of any other field f it is the
    /// spectrum of ½⟨f²⟩.
    /// </summary>
    /// <param name="vorticity">Vorticity, row-major (height, width), in 1/s.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <returns>Z(k) in 1/s².</returns>
    /// <exception cref="InputException">A value is missing or infinite.</exception>
    public static Spectrum Enstrophy(ReadOnlySpan<float> vorticity, int height, int width) =>
        OverShells(vorticity, height, width, squaredWavenumber => 0.5);

    /// <summary>
    /// The energy spectrum, E(k) = Σ |ω̂|² / (2|k|²) over the shell: ΣE(k) = ½⟨u² + v²⟩ of the velocity with that
    /// vorticity and no divergence and no mean. A mean vorticity, which no periodic flow has, holds no energy.
    /// </summary>
    /// <param name="vorticity">Vorticity, row-major (height, width), in 1/s.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <returns>E(k) in the square of the unit of velocity.</returns>
    /// <exception cref="InputException">A value is missing or infinite.</exception>
    public static Spectrum Energy(ReadOnlySpan<float> vorticity, int height, int width) =>
        OverShells(vorticity, height, width, squaredWavenumber => squaredWavenumber > 0 ? 0.5 / squaredWavenumber : 0);

    private static Spectrum OverShells(
        ReadOnlySpan<float> field, int height, int width, Func<double, double> weight)
    {
        var transform = HalfSpectrum.Of(field, height, width);
        return new Spectrum(transform.OverShells(transform, weight));
    }
}
