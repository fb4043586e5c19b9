namespace Flex.Evaluation.Metrics;

/// <summary>
/// How far a velocity field is from incompressible: the divergence ∂u/∂x + ∂v/∂y by central differences, where all four
/// neighbours are known.
/// </summary>
/// <remarks>
/// Differences of second order see some divergence in a field without any, by as much as they err on its finest waves:
/// compare the number with that of the truth on the same grid.
/// </remarks>
/// <param name="Rms">The root mean square of the divergence, in the velocity's unit over the length's.</param>
/// <param name="GradientRms">The root mean square of the velocity gradient, √⟨(∂u/∂x)² + (∂u/∂y)² + (∂v/∂x)² + (∂v/∂y)²⟩, in the same unit.</param>
/// <param name="Points">Points that count.</param>
public sealed record Divergence(double Rms, double GradientRms, long Points)
{
    /// <summary>The divergence as a fraction of the gradient, dimensionless: 0 is incompressible, √2 at most.</summary>
    public double Relative => Rms / GradientRms;

    /// <summary>Measures.</summary>
    /// <param name="u">The velocity along x (columns), (H, W), row by row; NaN is missing.</param>
    /// <param name="v">The velocity along y (rows), of the same shape.</param>
    /// <param name="grid">The grid; an axis that does not wrap around loses its first and last point.</param>
    /// <returns>The divergence; NaN where no point has four neighbours.</returns>
    /// <exception cref="ArgumentException">A component is not of the grid's size.</exception>
    public static Divergence Of(ReadOnlySpan<float> u, ReadOnlySpan<float> v, Plane grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        if (u.Length != grid.Height * grid.Width || v.Length != u.Length)
        {
            throw new ArgumentException($"components of {u.Length} and {v.Length} values on {grid.Height}×{grid.Width} points");
        }

        var (divergence, gradient, points) = (0.0, 0.0, 0L);
        for (var row = 0; row < grid.Height; row++)
        {
            for (var column = 0; column < grid.Width; column++)
            {
                if (grid.Index(row, column + 1) is not { } east || grid.Index(row, column - 1) is not { } west
                    || grid.Index(row + 1, column) is not { } north || grid.Index(row - 1, column) is not { } south)
                {
                    continue;
                }

                var (ux, uy) = (((double)u[east] - u[west]) / (2 * grid.SpacingX), ((double)u[north] - u[south]) / (2 * grid.SpacingY));
                var (vx, vy) = (((double)v[east] - v[west]) / (2 * grid.SpacingX), ((double)v[north] - v[south]) / (2 * grid.SpacingY));
                var squares = (ux * ux) + (uy * uy) + (vx * vx) + (vy * vy);
                if (!double.IsNaN(squares))
                {
                    divergence += (ux + vy) * (ux + vy);
                    gradient += squares;
                    points++;
                }
            }
        }

        return new Divergence(Math.Sqrt(divergence / points), Math.Sqrt(gradient / points), points);
    }
}
