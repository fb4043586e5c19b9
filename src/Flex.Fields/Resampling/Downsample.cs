using Flex.Fields.Grids;

namespace Flex.Fields.Resampling;

/// <summary>Makes coarse fields from fine ones.</summary>
public static class Downsample
{
    /// <summary>Takes every s-th point, starting with point (0, 0): the coarse grid is registered by nodes.</summary>
    /// <param name="fine">The fine field, shape (H, W).</param>
    /// <param name="stride">s ≥ 1.</param>
    /// <returns>⌈H/s⌉ · ⌈W/s⌉ values, row by row.</returns>
    public static float[] Strided(IFieldRows fine, int stride)
    {
        ArgumentNullException.ThrowIfNull(fine);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stride);
        var (height, width) = (((fine.Height - 1) / stride) + 1, ((fine.Width - 1) / stride) + 1);
        var coarse = new float[height * width];
        var row = new float[fine.Width];
        for (var y = 0; y < height; y++)
        {
            fine.ReadRow(y * stride, 0, row);
            for (var x = 0; x < width; x++)
            {
                coarse[(y * width) + x] = row[x * stride];
            }
        }

        return coarse;
    }

    /// <summary>
    /// Interpolates at the centres of s×s cells, without smoothing first: what PyTorch's <c>interpolate</c> with
    /// <c>align_corners = false</c> and scale 1/s makes. The coarse grid is registered by cells.
    /// </summary>
    /// <param name="fine">The fine field, shape (H, W); rows and columns beyond the last whole cell are not used as centres.</param>
    /// <param name="factor">s ≥ 1, at most H and W.</param>
    /// <param name="interpolation">Bilinear or bicubic.</param>
    /// <param name="periodicY">Whether rows wrap around; otherwise the edge is repeated.</param>
    /// <param name="periodicX">Whether columns wrap around; otherwise the edge is repeated.</param>
    /// <returns>⌊H/s⌋ · ⌊W/s⌋ values, row by row.</returns>
    public static float[] Interpolated(
        IFieldRows fine, int factor, Interpolation interpolation, bool periodicY = false, bool periodicX = false)
    {
        ArgumentNullException.ThrowIfNull(fine);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(factor);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(factor, Math.Min(fine.Height, fine.Width));
        var stencil = Stencil.At((factor - 1) / 2.0, interpolation);
        var (height, width) = (fine.Height / factor, fine.Width / factor);
        var coarse = new float[height * width];
        var row = new float[fine.Width];
        for (var y = 0; y < height; y++)
        {
            var target = coarse.AsSpan(y * width, width);
            for (var k = 0; k < stencil.Weights.Length; k++)
            {
                fine.ReadRow(Boundary.Resolve((y * factor) + stencil.Offset + k, fine.Height, periodicY), 0, row);
                for (var x = 0; x < width; x++)
                {
                    target[x] += stencil.Weights[k] * At(row, x * factor, stencil, periodicX);
                }
            }
        }

        return coarse;
    }

    private static float At(float[] row, int start, Stencil stencil, bool periodic)
    {
        var sum = 0f;
        for (var k = 0; k < stencil.Weights.Length; k++)
        {
            sum += stencil.Weights[k] * row[Boundary.Resolve(start + stencil.Offset + k, row.Length, periodic)];
        }

        return sum;
    }
}
