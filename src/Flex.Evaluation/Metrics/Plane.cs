namespace Flex.Evaluation.Metrics;

/// <summary>A uniform grid, and how its points are neighbours.</summary>
/// <param name="Height">Rows, along y.</param>
/// <param name="Width">Columns, along x.</param>
/// <param name="PeriodicY">Whether rows wrap around.</param>
/// <param name="PeriodicX">Whether columns wrap around.</param>
/// <param name="SpacingY">Distance of rows, in the unit of length; negative where rows go down.</param>
/// <param name="SpacingX">Distance of columns.</param>
public sealed record Plane(int Height, int Width, bool PeriodicY, bool PeriodicX, double SpacingY = 1, double SpacingX = 1)
{
    /// <summary>Where a point's value is in a field that is flattened row by row.</summary>
    /// <param name="row">The row, at most one period outside.</param>
    /// <param name="column">The column, at most one period outside.</param>
    /// <returns>The index; null beyond an edge.</returns>
    public int? Index(int row, int column)
    {
        if (PeriodicY)
        {
            row = (row + Height) % Height;
        }

        if (PeriodicX)
        {
            column = (column + Width) % Width;
        }

        return row >= 0 && row < Height && column >= 0 && column < Width ? (row * Width) + column : null;
    }
}
