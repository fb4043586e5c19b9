namespace Flex.Fields.DataSets;

/// <summary>
/// One axis of the block that is read for a patch: the patch and enough coarse points around it for the interpolation. On a
/// periodic axis the block may wrap around; elsewhere it ends at the field's edges.
/// </summary>
internal readonly struct HaloAxis
{
    private readonly int _length;
    private readonly bool _periodic;
    private readonly int _factor;

    /// <summary>Finds the block.</summary>
    /// <param name="length">Number of fine points of the axis.</param>
    /// <param name="periodic">Whether it wraps around.</param>
    /// <param name="origin">Lowest fine point of the patch.</param>
    /// <param name="side">Number of fine points of the patch.</param>
    /// <param name="factor">s.</param>
    /// <param name="halo">Coarse points beyond the patch's first and last cell.</param>
    public HaloAxis(int length, bool periodic, int origin, int side, int factor, int halo)
    {
        (_length, _periodic, _factor) = (length, periodic, factor);
        var firstCell = FloorDivide(origin, factor) - halo;
        var lastCell = FloorDivide(origin + side - 1, factor) + halo;
        Nodes = lastCell - firstCell + 1;
        FirstNode = firstCell * factor;
        var last = Math.Max(lastCell * factor, origin + side - 1);
        First = periodic ? FirstNode : Math.Max(0, FirstNode);
        Count = (periodic ? last : Math.Min(last, length - 1)) - First + 1;
    }

    /// <summary>Number of coarse points, halo included.</summary>
    public int Nodes { get; }

    /// <summary>Fine index of the first coarse point; it may lie beyond the edge.</summary>
    public int FirstNode { get; }

    /// <summary>Fine index of the block's first point; negative where the block wraps around.</summary>
    public int First { get; }

    /// <summary>Number of fine points of the block.</summary>
    public int Count { get; }

    /// <summary>Where coarse point i is found in the block: beyond an edge that is not periodic, the nearest one inside.</summary>
    public int NodeOffset(int i)
    {
        var index = FirstNode + (i * _factor);
        return (_periodic ? index : Math.Clamp(index, 0, (_length - 1) / _factor * _factor)) - First;
    }

    /// <summary>The block as runs of points that are adjacent in the field: from field index, to block index, length.</summary>
    public IEnumerable<(int From, int To, int Length)> Runs()
    {
        for (var to = 0; to < Count;)
        {
            var from = First + to - (FloorDivide(First + to, _length) * _length);
            var run = Math.Min(Count - to, _length - from);
            yield return (from, to, run);
            to += run;
        }
    }

    private static int FloorDivide(int a, int b) => (a / b) - (a % b < 0 ? 1 : 0);
}
