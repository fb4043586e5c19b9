using Flex.Torch.Random;

namespace Flex.Diffusion.Tiling;

/// <summary>
/// The noise under the tiles of one field: one plane for the whole field, so that overlapping tiles see the same numbers, and so
/// that a member of a field does not depend on tiles, batches or threads. A periodic field has periodic noise.
/// </summary>
/// <param name="rows">The tiles along y.</param>
/// <param name="columns">The tiles along x.</param>
internal sealed class NoisePlane(TileAxis rows, TileAxis columns)
{
    /// <summary>The purpose of the noise among all uses of a seed; channels after the first have the numbers that follow.</summary>
    public const uint Stream = 0x73723031; // "sr01"

    /// <summary>Fills with the noise under one tile.</summary>
    /// <param name="destination">Receives T·T numbers, row by row.</param>
    /// <param name="key">The plane.</param>
    /// <param name="row">The tile's place along y.</param>
    /// <param name="column">The tile's place along x.</param>
    public void Fill(Span<float> destination, NoiseKey key, int row, int column)
    {
        var (top, left, side) = (rows.Origins[row], columns.Origins[column], columns.Tile);
        for (var p = 0; p < side; p++)
        {
            var y = Wrap(top + p, rows);
            for (var q = 0; q < side;)
            {
                var x = Wrap(left + q, columns);
                var run = columns.Periodic ? Math.Min(side - q, columns.Length - x) : side - q;
                CounterNoise.FillNormalWindow(destination.Slice((p * side) + q, run), key, y, x, 1, run);
                q += run;
            }
        }
    }

    private static int Wrap(int cell, TileAxis axis) => axis.Periodic ? cell % axis.Length : cell;
}
