using Flex.Torch;

namespace Flex.Fields.Grids;

/// <summary>The part of a doubly periodic field that varies over long distances.</summary>
public static class LongWaves
{
    /// <summary>Keeps the waves that are longer than a distance.</summary>
    /// <param name="field">(H, W), row by row.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <param name="length">The distance in cells.</param>
    /// <returns>Their sum, the mean included.</returns>
    public static float[] Of(ReadOnlySpan<float> field, int height, int width, double length)
    {
        using var scope = new TensorScope();
        var spectrum = Fft.Rfft2(Tensor.From(field, height, width)).Contiguous();
        var values = spectrum.AsSpan<float>();
        var columns = (width / 2) + 1;
        for (var row = 0; row < height; row++)
        {
            var ky = (double)(2 * row < height ? row : row - height) / height;
            for (var column = 0; column < columns; column++)
            {
                var kx = (double)column / width;
                if ((kx * kx) + (ky * ky) >= 1 / (length * length))
                {
                    values.Slice(2 * ((row * columns) + column), 2).Clear();
                }
            }
        }

        return Fft.Irfft2(spectrum, height, width).ToArray<float>();
    }
}
