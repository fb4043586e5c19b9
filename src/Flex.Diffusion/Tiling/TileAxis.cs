namespace Flex.Diffusion.Tiling;

/// <summary>
/// One axis of a fine field cut into overlapping tiles, with weights that blend them: at every cell the weights of the
/// tiles that cover it sum to exactly 1 (a partition of unity).
/// </summary>
/// <remarks>
/// A tile's weight is Hann's window sin²(π(p + ½)/T), divided by the sum of all windows over the cell: it falls smoothly to
/// nothing at the tile's ends, where the network knows least of what lies around, whatever the overlap is. Tiles begin at
/// multiples of the factor, so that coarse points lie in a tile as they did in the training patches. A periodic axis is
/// covered all around with evenly distributed overlaps; on another one the first and last tiles end flush with the field. An
/// axis shorter than a tile has a single one: it wraps onto itself, or hangs over the far edge.
/// </remarks>
public sealed class TileAxis
{
    /// <summary>The cell of a position that hangs over the edge.</summary>
    public const int Outside = -1;

    private readonly int[][] _cells;
    private readonly float[][] _weights;

    /// <summary>Cuts an axis.</summary>
    /// <param name="length">Number of fine cells, a multiple of the factor.</param>
    /// <param name="tile">T, the cells of a tile, a multiple of the factor.</param>
    /// <param name="overlap">The least overlap of neighbours in cells, 0 … T − factor; rounded up to a multiple of the factor.</param>
    /// <param name="factor">s, fine cells per coarse cell.</param>
    /// <param name="periodic">Whether the axis wraps around.</param>
    /// <exception cref="InputException">The overlap is impossible.</exception>
    public TileAxis(int length, int tile, int overlap, int factor, bool periodic)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(tile);
        ArgumentOutOfRangeException.ThrowIfNotEqual(length % factor, 0);
        ArgumentOutOfRangeException.ThrowIfNotEqual(tile % factor, 0);
        if (overlap < 0 || overlap > tile - factor)
        {
            throw new InputException($"an overlap of {overlap} cells is impossible with tiles of {tile} cells at ×{factor}: use 0 to {tile - factor}");
        }

        (Length, Tile, Periodic) = (length, tile, periodic);
        Origins = Place((tile - overlap) / factor * factor, factor);
        _cells = [.. Origins.Select(Cells)];
        _weights = [.. Origins.Select(_ => new float[tile])];
        Weigh();
    }

    /// <summary>Number of cells.</summary>
    public int Length { get; }

    /// <summary>T, the cells of a tile.</summary>
    public int Tile { get; }

    /// <summary>Whether the axis wraps around.</summary>
    public bool Periodic { get; }

    /// <summary>The first cell of every tile, rising.</summary>
    public IReadOnlyList<int> Origins { get; }

    /// <summary>Number of tiles.</summary>
    public int Count => Origins.Count;

    /// <summary>The first cell of every tile and the first one after it; none for a single tile.</summary>
    public IReadOnlyList<int> Edges => Count == 1 ? [] : [.. Origins, .. Origins.Select(origin => (origin + Tile) % Length)];

    /// <summary>The cells under a tile's positions 0 … T − 1, <see cref="Outside"/> beyond the field; a cell may be there twice.</summary>
    /// <param name="tile">The tile.</param>
    public ReadOnlySpan<int> CellsOf(int tile) => _cells[tile];

    /// <summary>The weights of a tile's positions 0 … T − 1.</summary>
    /// <param name="tile">The tile.</param>
    public ReadOnlySpan<float> WeightsOf(int tile) => _weights[tile];

    /// <summary>
    /// The axis in bands [start, end) that end where a tile begins: all cells of a band are covered by the same few tiles,
    /// which are listed in rising order.
    /// </summary>
    /// <returns>The bands in rising order; together they are the axis.</returns>
    public IEnumerable<(int Start, int End, int[] Tiles)> Bands()
    {
        for (var i = 0; i < Count; i++)
        {
            var (start, end) = (Origins[i], i + 1 < Count ? Origins[i + 1] : Length);
            yield return (start, end, [.. Enumerable.Range(0, Count).Where(t => _cells[t].Any(c => c >= start && c < end))]);
        }
    }

    private int[] Place(int stride, int factor)
    {
        if (Periodic)
        {
            var count = (Length + stride - 1) / stride;
            return [.. Enumerable.Range(0, count).Select(i => (int)((long)i * (Length / factor) / count) * factor)];
        }

        // The last tile begins at Length − T.
        var span = Math.Max(0, Length - Tile);
        var gaps = (span + stride - 1) / stride;
        return gaps == 0 ? [0] : [.. Enumerable.Range(0, gaps + 1).Select(i => (int)((long)i * (span / factor) / gaps) * factor)];
    }

    private int[] Cells(int origin)
    {
        var cells = new int[Tile];
        for (var p = 0; p < Tile; p++)
        {
            var cell = Periodic ? (origin + p) % Length : origin + p;
            cells[p] = cell < Length ? cell : Outside;
        }

        return cells;
    }

    private void Weigh()
    {
        var totals = new double[Length];
        var last = new (int Tile, int Position)[Length];
        ForEachPosition((tile, p, cell) =>
        {
            totals[cell] += Hann(p);
            last[cell] = (tile, p);
        });

        // The last tile over a cell gets the rest, so that the float32 sum is exact.
        var sums = new float[Length];
        ForEachPosition((tile, p, cell) =>
        {
            var weight = last[cell] == (tile, p) ? 1 - sums[cell] : (float)(Hann(p) / totals[cell]);
            sums[cell] += weight;
            _weights[tile][p] = weight;
        });
    }

    private void ForEachPosition(Action<int, int, int> visit)
    {
        for (var tile = 0; tile < Count; tile++)
        {
            for (var p = 0; p < Tile; p++)
            {
                if (_cells[tile][p] is >= 0 and var cell)
                {
                    visit(tile, p, cell);
                }
            }
        }
    }

    private double Hann(int p) => Math.Pow(Math.Sin(Math.PI * (p + 0.5) / Tile), 2);
}
