using Flex.Torch;

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
        var values = new double[field.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = float.IsFinite(field[i])
                ? field[i]
                : throw new InputException(
                    $"a spectrum needs every value, and the one at row {i / width}, column {i % width} is {field[i]}: fill or crop the field");
        }

        using var scope = new TensorScope();
        var coefficients = Fft.Rfft2(Tensor.From<double>(values, height, width)).Contiguous().AsSpan<double>();
        var columns = (width / 2) + 1;
        var shells = new double[Shell(height / 2, width / 2) + 1];
        var normalisation = 1 / Math.Pow((double)height * width, 2);
        for (var row = 0; row < height; row++)
        {
            var ky = row <= height / 2 ? row : row - height;
            for (var kx = 0; kx < columns; kx++)
            {
                var at = 2 * ((row * columns) + kx);
                var power = (coefficients[at] * coefficients[at]) + (coefficients[at + 1] * coefficients[at + 1]);

                // The half that a real transform leaves out mirrors every column but the first and the Nyquist one.
                var copies = kx == 0 || 2 * kx == width ? 1 : 2;
                shells[Shell(ky, kx)] += copies * power * normalisation * weight(((double)ky * ky) + ((double)kx * kx));
            }
        }

        return new Spectrum(shells);
    }

    private static int Shell(int ky, int kx) => (int)Math.Floor(Math.Sqrt(((double)ky * ky) + ((double)kx * kx)) + 0.5);
}
