namespace Flex.Fields.Grids;

/// <summary>A rectangle of grid points; values inside it are stored row by row.</summary>
/// <param name="Y">First row.</param>
/// <param name="X">First column.</param>
/// <param name="Height">Number of rows.</param>
/// <param name="Width">Number of columns.</param>
public readonly record struct Window(int Y, int X, int Height, int Width)
{
    /// <summary>Number of points.</summary>
    public long Count => (long)Height * Width;

    /// <summary>The window that covers a whole field.</summary>
    /// <param name="height">Rows of the field.</param>
    /// <param name="width">Columns of the field.</param>
    public static Window Whole(int height, int width) => new(0, 0, height, width);

    /// <summary>Whether the window is not empty and lies inside a field.</summary>
    /// <param name="height">Rows of the field.</param>
    /// <param name="width">Columns of the field.</param>
    public bool LiesIn(int height, int width) =>
        Height > 0 && Width > 0 && Y >= 0 && X >= 0 && Y <= height - Height && X <= width - Width;

    /// <summary>Copies the window of a field in memory, in which it lies.</summary>
    /// <param name="field">The field, row by row.</param>
    /// <param name="width">Columns of the field.</param>
    /// <param name="destination">Receives the values row by row.</param>
    public void CopyFrom(ReadOnlySpan<float> field, int width, Span<float> destination)
    {
        for (var row = 0; row < Height; row++)
        {
            field.Slice(((Y + row) * width) + X, Width).CopyTo(destination[(row * Width)..]);
        }
    }

    /// <summary>Rows and columns as half-open ranges, for messages.</summary>
    public override string ToString() => $"rows {Y}..{(long)Y + Height}, columns {X}..{(long)X + Width}";
}
