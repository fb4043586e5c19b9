namespace Flex.Fields.Grids;

/// <summary>
/// A scalar field of one time, shape (H, W), that is read row by row: an array in memory, or a variable of a file
/// that need not fit in memory.
/// </summary>
public interface IFieldRows
{
    /// <summary>Number of rows (H).</summary>
    int Height { get; }

    /// <summary>Number of columns (W).</summary>
    int Width { get; }

    /// <summary>Reads a part of one row; missing values come as NaN.</summary>
    /// <param name="y">The row, 0 … H−1.</param>
    /// <param name="x">The first column; <paramref name="x"/> + the destination's length is at most W.</param>
    /// <param name="destination">Receives the values.</param>
    void ReadRow(int y, int x, Span<float> destination);
}
