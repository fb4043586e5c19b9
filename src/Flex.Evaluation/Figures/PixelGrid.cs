namespace Flex.Evaluation.Figures;

/// <summary>
/// Brings a field to the pixels of a panel: each pixel is the mean of the field over the pixel's own area. A finer
/// field is thereby averaged and not aliased; a coarser one shows its cells as crisp squares.
/// </summary>
public static class PixelGrid
{
    /// <summary>Resamples a field by area.</summary>
    /// <param name="field">Values, row-major, (height, width); NaN is masked.</param>
    /// <param name="height">Rows of the field.</param>
    /// <param name="width">Columns of the field.</param>
    /// <param name="rows">Rows of pixels.</param>
    /// <param name="columns">Columns of pixels.</param>
    /// <returns>Pixels, row-major, (rows, columns); NaN where everything beneath is masked.</returns>
    public static float[] Resample(ReadOnlySpan<float> field, int height, int width, int rows, int columns)
    {
        var pixels = new float[rows * columns];
        for (var row = 0; row < rows; row++)
        {
            var (top, bottom) = ((double)row * height / rows, (row + 1.0) * height / rows);
            for (var column = 0; column < columns; column++)
            {
                var (left, right) = ((double)column * width / columns, (column + 1.0) * width / columns);
                pixels[(row * columns) + column] = Mean(field, height, width, top, bottom, left, right);
            }
        }

        return pixels;
    }

    private static float Mean(
        ReadOnlySpan<float> field, int height, int width, double top, double bottom, double left, double right)
    {
        var (sum, area) = (0.0, 0.0);
        for (var y = (int)top; y < Math.Min(height, bottom); y++)
        {
            var high = Math.Min(bottom, y + 1) - Math.Max(top, y);
            for (var x = (int)left; x < Math.Min(width, right); x++)
            {
                var value = field[(y * width) + x];
                var weight = high * (Math.Min(right, x + 1) - Math.Max(left, x));

                // A sliver of rounding is no cover: it would bring a neighbour's mask or a weight of zero.
                if (weight > 1e-9 && !float.IsNaN(value))
                {
                    sum += weight * value;
                    area += weight;
                }
            }
        }

        return area > 0 ? (float)(sum / area) : float.NaN;
    }
}
