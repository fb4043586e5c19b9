using Flex.Fields.Grids;

namespace Flex.Fields.Resampling;

/// <summary>
/// Interpolates a coarse field to a grid that is s times finer, whole or by windows; a window is, bit for bit, the same
/// as a crop of the whole.
/// </summary>
/// <remarks>
/// Registration by nodes returns coarse values unchanged at fine points (i·s, j·s). On an axis that is not periodic the
/// s−1 fine points beyond the last coarse point are interpolated against the repeated edge. Registration by cells with
/// clamped edges is PyTorch's <c>interpolate(align_corners = false)</c>. A missing coarse value (NaN) makes every fine
/// value missing that it has weight in.
/// </remarks>
public sealed class Upsampler
{
    private readonly Stencil[] _phases;
    private readonly bool _periodicY;
    private readonly bool _periodicX;

    /// <summary>Prepares the weights.</summary>
    /// <param name="factor">s ≥ 1: fine points per coarse point, along both axes.</param>
    /// <param name="interpolation">Bilinear or bicubic.</param>
    /// <param name="registration">How coarse points lie among fine ones.</param>
    /// <param name="periodicY">Whether rows wrap around; otherwise the edge is repeated.</param>
    /// <param name="periodicX">Whether columns wrap around; otherwise the edge is repeated.</param>
    public Upsampler(int factor, Interpolation interpolation, Registration registration, bool periodicY, bool periodicX)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(factor);
        Factor = factor;
        _periodicY = periodicY;
        _periodicX = periodicX;

        // Fine points i·s + r share a stencil for every i, so s stencils serve the whole field.
        _phases = new Stencil[factor];
        for (var r = 0; r < factor; r++)
        {
            var position = registration == Registration.Node ? (double)r / factor : ((r + 0.5) / factor) - 0.5;
            _phases[r] = Stencil.At(position, interpolation);
        }
    }

    /// <summary>The number of fine points per coarse point, along both axes.</summary>
    public int Factor { get; }

    /// <summary>An upsampler with the registration and boundaries of a coarse grid.</summary>
    /// <param name="coarse">The coarse grid.</param>
    /// <param name="factor">s ≥ 1.</param>
    /// <param name="interpolation">Bilinear or bicubic.</param>
    public static Upsampler For(Grid coarse, int factor, Interpolation interpolation = Interpolation.Bicubic)
    {
        ArgumentNullException.ThrowIfNull(coarse);
        return new Upsampler(factor, interpolation, coarse.Registration, coarse.Y.Periodic, coarse.X.Periodic);
    }

    /// <summary>Interpolates a whole field.</summary>
    /// <param name="coarse">The coarse field, shape (H, W).</param>
    /// <returns>The fine field, shape (H·s, W·s), row by row.</returns>
    public float[] Upsample(IFieldRows coarse)
    {
        ArgumentNullException.ThrowIfNull(coarse);
        var (height, width) = (checked(coarse.Height * Factor), checked(coarse.Width * Factor));
        var fine = new float[checked(height * width)];
        Upsample(coarse, Window.Whole(height, width), fine);
        return fine;
    }

    /// <summary>Interpolates a window of the fine field; only the coarse rows and columns it needs are read.</summary>
    /// <param name="coarse">The coarse field, shape (H, W).</param>
    /// <param name="window">The window, in fine points; inside (H·s, W·s).</param>
    /// <param name="fine">Receives the window row by row.</param>
    public void Upsample(IFieldRows coarse, Window window, Span<float> fine)
    {
        ArgumentNullException.ThrowIfNull(coarse);
        if (!window.LiesIn(checked(coarse.Height * Factor), checked(coarse.Width * Factor)) || window.Count != fine.Length)
        {
            throw new ArgumentException($"a destination of {fine.Length} values for {window} does not fit a {coarse.Height}×{coarse.Width} field at ×{Factor}");
        }

        // Rows are stretched along x once and combined along y: neighbouring fine rows share them, so a ring is kept.
        var stretch = new RowStretcher(_phases, coarse, _periodicX, window.X, window.Width);
        var ring = new float[_phases.Max(p => p.Weights.Length)][];
        var held = new int[ring.Length];
        for (var row = 0; row < window.Height; row++)
        {
            var (cell, phase) = Math.DivRem(window.Y + row, Factor);
            var stencil = _phases[phase];
            var target = fine.Slice(row * window.Width, window.Width);
            for (var k = 0; k < stencil.Weights.Length; k++)
            {
                var source = cell + stencil.Offset + k;
                var slot = Boundary.Resolve(source, ring.Length, periodic: true);
                if (ring[slot] is null || held[slot] != source)
                {
                    ring[slot] ??= new float[window.Width];
                    held[slot] = source;
                    stretch.Stretch(Boundary.Resolve(source, coarse.Height, _periodicY), ring[slot]);
                }

                WeightedSum.Add(target, ring[slot], stencil.Weights[k], first: k == 0);
            }
        }
    }
}
