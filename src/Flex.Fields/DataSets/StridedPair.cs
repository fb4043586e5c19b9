using Flex.Fields.Grids;
using Flex.Fields.Resampling;

namespace Flex.Fields.DataSets;

/// <summary>
/// The pair (X_HR, up(X_LR)) of a field, whole or by patches: X_LR is every s-th point, <c>up</c> interpolates it back. A patch
/// is, bit for bit, a crop of the whole.
/// </summary>
/// <param name="factor">s ≥ 2.</param>
/// <param name="interpolation">Bilinear or bicubic.</param>
/// <param name="registration">Where interpolation puts the coarse points.</param>
internal sealed class StridedPair(int factor, Interpolation interpolation, Registration registration)
{
    // Cubic convolution reaches two coarse points to either side, in both registrations.
    private const int Halo = 2;

    private readonly Upsampler _patchUpsampler = new(factor, interpolation, registration, periodicY: false, periodicX: false);

    /// <summary>s.</summary>
    public int Factor => factor;

    /// <summary>How coarse fields are interpolated.</summary>
    public Interpolation Interpolation => interpolation;

    /// <summary>Where interpolation puts the coarse points.</summary>
    public Registration Registration => registration;

    /// <summary>The coarse field of a whole field.</summary>
    public CoarseField Coarsen(ArrayField fine, bool periodicY, bool periodicX)
    {
        var values = Downsample.Strided(fine, factor);
        var (height, width) = (((fine.Height - 1) / factor) + 1, ((fine.Width - 1) / factor) + 1);
        return new CoarseField(values, height, width, periodicY, periodicX);
    }

    /// <summary>up(X_LR) on the fine grid of a whole field.</summary>
    /// <param name="coarse">X_LR.</param>
    /// <param name="height">Rows of the fine grid; what interpolation makes beyond is dropped.</param>
    /// <param name="width">Columns of the fine grid, likewise.</param>
    public float[] Upsample(CoarseField coarse, int height, int width)
    {
        var up = new float[height * width];
        new Upsampler(factor, interpolation, registration, coarse.PeriodicY, coarse.PeriodicX)
            .Upsample(coarse.Rows, Window.Whole(height, width), up);
        return up;
    }

    /// <summary>Cuts a square patch of X_HR and up(X_LR), reading only the window and the halo of the interpolation.</summary>
    /// <param name="y">Extent and boundary of the rows.</param>
    /// <param name="x">Extent and boundary of the columns.</param>
    /// <param name="originY">Lowest row; on a periodic axis any integer.</param>
    /// <param name="originX">Lowest column, likewise.</param>
    /// <param name="side">Side of the patch.</param>
    /// <param name="read">Reads windows of X_HR.</param>
    /// <param name="fine">Receives X_HR row by row.</param>
    /// <param name="up">Receives up(X_LR) row by row.</param>
    public void Cut(
        (int Length, bool Periodic) y,
        (int Length, bool Periodic) x,
        int originY,
        int originX,
        int side,
        WrappedBlock.ReadWindow read,
        Span<float> fine,
        Span<float> up)
    {
        var rows = new HaloAxis(y.Length, y.Periodic, originY, side, factor, Halo);
        var columns = new HaloAxis(x.Length, x.Periodic, originX, side, factor, Halo);
        var block = WrappedBlock.Read(rows, columns, read);
        for (var i = 0; i < side; i++)
        {
            block.AsSpan(((originY - rows.First + i) * columns.Count) + originX - columns.First, side).CopyTo(fine[(i * side)..]);
        }

        var coarse = new float[rows.Nodes * columns.Nodes];
        for (var i = 0; i < rows.Nodes; i++)
        {
            var row = block.AsSpan(rows.NodeOffset(i) * columns.Count, columns.Count);
            for (var j = 0; j < columns.Nodes; j++)
            {
                coarse[(i * columns.Nodes) + j] = row[columns.NodeOffset(j)];
            }
        }

        // The halo already holds what lies beyond the edges, so the upsampler's own boundary is never reached.
        var window = new Window(originY - rows.FirstNode, originX - columns.FirstNode, side, side);
        _patchUpsampler.Upsample(new ArrayField(coarse, rows.Nodes, columns.Nodes), window, up);
    }
}
