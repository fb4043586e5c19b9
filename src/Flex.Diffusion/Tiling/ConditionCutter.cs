using Flex.Fields.DataSets;
using Flex.Fields.Grids;
using Flex.Fields.Resampling;

namespace Flex.Diffusion.Tiling;

/// <summary>Cuts the condition up(X_LR) of single tiles, bit for bit a crop of the whole interpolated field.</summary>
/// <param name="task">Factor, interpolation and registration.</param>
/// <param name="coarse">X_LR, without missing values.</param>
internal sealed class ConditionCutter(SuperResolutionTask task, CoarseField coarse)
{
    // Cubic convolution reaches two coarse points to either side, in both registrations.
    private const int Halo = 2;

    // The block that is cut holds what lies beyond the field's edges, so the upsampler's own boundary is never reached.
    private readonly Upsampler _upsampler = new(task.Factor, task.Interpolation, task.Registration, periodicY: false, periodicX: false);

    /// <summary>Cuts the condition of a tile; beyond an edge that is not periodic the outermost coarse values are repeated.</summary>
    /// <param name="y">Its first fine row, a multiple of the factor.</param>
    /// <param name="x">Its first fine column, a multiple of the factor.</param>
    /// <param name="destination">Receives patch·patch values in units of the field, row by row.</param>
    public void Cut(int y, int x, Span<float> destination)
    {
        var nodes = (task.Patch / task.Factor) + (2 * Halo);
        var (firstRow, firstColumn) = ((y / task.Factor) - Halo, (x / task.Factor) - Halo);
        var block = new float[nodes * nodes];
        var values = coarse.Values.Span;
        for (var i = 0; i < nodes; i++)
        {
            var row = values.Slice(Resolve(firstRow + i, coarse.Height, coarse.PeriodicY) * coarse.Width, coarse.Width);
            for (var j = 0; j < nodes; j++)
            {
                block[(i * nodes) + j] = row[Resolve(firstColumn + j, coarse.Width, coarse.PeriodicX)];
            }
        }

        var window = new Window(Halo * task.Factor, Halo * task.Factor, task.Patch, task.Patch);
        _upsampler.Upsample(new ArrayField(block, nodes, nodes), window, destination);
    }

    private static int Resolve(int i, int length, bool periodic) =>
        periodic ? ((i % length) + length) % length : Math.Clamp(i, 0, length - 1);
}
