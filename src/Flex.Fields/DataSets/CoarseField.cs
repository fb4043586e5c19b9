using Flex.Fields.Grids;

namespace Flex.Fields.DataSets;

/// <summary>A whole coarse field in memory with its boundaries: what a super-resolution model is given.</summary>
/// <param name="Values">H·W values, row by row, without missing ones.</param>
/// <param name="Height">H.</param>
/// <param name="Width">W.</param>
/// <param name="PeriodicY">Whether rows wrap around.</param>
/// <param name="PeriodicX">Whether columns wrap around.</param>
public readonly record struct CoarseField(ReadOnlyMemory<float> Values, int Height, int Width, bool PeriodicY, bool PeriodicX)
{
    /// <summary>The values as a source of rows.</summary>
    public ArrayField Rows => new(Values, Height, Width);
}
