using Flex.Torch;

namespace Flex.Evaluation.Spectra;

/// <summary>The Fourier coefficients FFT(f)/(H·W) of a real field, without the half that mirrors the other.</summary>
internal sealed class HalfSpectrum
{
    private readonly double[] _coefficients;
    private readonly int _height;
    private readonly int _width;

    private HalfSpectrum(double[] coefficients, int height, int width) =>
        (_coefficients, _height, _width) = (coefficients, height, width);

    /// <summary>Transforms a field, (H, W) row by row.</summary>
    /// <exception cref="InputException">A value is missing or infinite.</exception>
    public static HalfSpectrum Of(ReadOnlySpan<float> field, int height, int width)
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
        return new HalfSpectrum(Fft.Rfft2(Tensor.From<double>(values, height, width)).Contiguous().AsSpan<double>().ToArray(), height, width);
    }

    /// <summary>
    /// Σ weight(|k|²)·Re(f̂ ĝ*) over the shells k − ½ ≤ |k| &lt; k + ½: of a field with itself its power. (The imaginary parts
    /// of k and −k cancel.)
    /// </summary>
    public double[] OverShells(HalfSpectrum other, Func<double, double> weight)
    {
        var columns = (_width / 2) + 1;
        var shells = new double[Shell(_height / 2, _width / 2) + 1];
        var normalisation = 1 / Math.Pow((double)_height * _width, 2);
        for (var row = 0; row < _height; row++)
        {
            var ky = row <= _height / 2 ? row : row - _height;
            for (var kx = 0; kx < columns; kx++)
            {
                var at = 2 * ((row * columns) + kx);
                var product = (_coefficients[at] * other._coefficients[at]) + (_coefficients[at + 1] * other._coefficients[at + 1]);

                // The half that a real transform leaves out mirrors every column but the first and the Nyquist one.
                var copies = kx == 0 || 2 * kx == _width ? 1 : 2;
                shells[Shell(ky, kx)] += copies * product * normalisation * weight(((double)ky * ky) + ((double)kx * kx));
            }
        }

        return shells;
    }

    private static int Shell(int ky, int kx) => (int)Math.Floor(Math.Sqrt(((double)ky * ky) + ((double)kx * kx)) + 0.5);
}
