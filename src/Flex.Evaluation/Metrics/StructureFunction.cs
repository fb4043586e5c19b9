namespace Flex.Evaluation.Metrics;

/// <summary>
/// A structure function, the moments of what a field differs by over a distance r (Kolmogorov 1941; Frisch 1995,
/// Turbulence, chapter 8): how rough it is at which scale, on any grid and with gaps, where a spectrum needs periodic
/// and complete fields.
/// </summary>
/// <param name="Order">p ≥ 1.</param>
/// <param name="Separations">r in grid points: 1, 2, 4, … up to half the shorter side.</param>
/// <param name="Values">S_p(r), in the p-th power of the field's unit; NaN where no pair is known.</param>
public sealed record StructureFunction(int Order, IReadOnlyList<int> Separations, IReadOnlyList<double> Values)
{
    /// <summary>
    /// Of a scalar, S_p(r) = ⟨|f(x + r) − f(x)|^p⟩ over pairs along both axes. The modulus is taken because odd moments
    /// of a scalar's increments vanish where no direction is preferred.
    /// </summary>
    /// <param name="field">(H, W), row by row; NaN is missing.</param>
    /// <param name="grid">The grid; an axis that wraps around has pairs across its ends.</param>
    /// <param name="order">p ≥ 1.</param>
    /// <returns>The function.</returns>
    /// <exception cref="ArgumentException">The field is not of the grid's size.</exception>
    public static StructureFunction Scalar(ReadOnlySpan<float> field, Plane grid, int order)
    {
        ArgumentNullException.ThrowIfNull(grid);
        return Of(field, field, grid, order, signed: false);
    }

    /// <summary>
    /// Of a velocity, longitudinal: S_p(r) = ⟨(δu∥)^p⟩ of the component along the separation, u over pairs along x and v
    /// over pairs along y. Its sign is kept: S₃ tells the direction of the cascade, negative towards small scales and
    /// positive towards large ones.
    /// </summary>
    /// <param name="u">The velocity along x (columns), (H, W), row by row; NaN is missing.</param>
    /// <param name="v">The velocity along y (rows), of the same shape.</param>
    /// <param name="grid">The grid.</param>
    /// <param name="order">p ≥ 1.</param>
    /// <returns>The function.</returns>
    /// <exception cref="ArgumentException">A component is not of the grid's size.</exception>
    public static StructureFunction Longitudinal(ReadOnlySpan<float> u, ReadOnlySpan<float> v, Plane grid, int order)
    {
        ArgumentNullException.ThrowIfNull(grid);
        return Of(u, v, grid, order, signed: true);
    }

    private static StructureFunction Of(ReadOnlySpan<float> alongX, ReadOnlySpan<float> alongY, Plane grid, int order, bool signed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(order, 1);
        if (alongX.Length != grid.Height * grid.Width || alongY.Length != alongX.Length)
        {
            throw new ArgumentException($"fields of {alongX.Length} and {alongY.Length} values on {grid.Height}×{grid.Width} points");
        }

        var (separations, values) = (new List<int>(), new List<double>());
        for (var r = 1; r <= Math.Min(grid.Height, grid.Width) / 2; r *= 2)
        {
            var (sum, pairs) = (0.0, 0L);
            for (var row = 0; row < grid.Height; row++)
            {
                for (var column = 0; column < grid.Width; column++)
                {
                    var here = (row * grid.Width) + column;
                    if (grid.Index(row, column + r) is { } east)
                    {
                        Add(((double)alongX[east] - alongX[here]) * Math.Sign(grid.SpacingX));
                    }

                    if (grid.Index(row + r, column) is { } north)
                    {
                        Add(((double)alongY[north] - alongY[here]) * Math.Sign(grid.SpacingY));
                    }
                }
            }

            separations.Add(r);
            values.Add(sum / pairs);

            void Add(double increment)
            {
                if (!double.IsNaN(increment))
                {
                    sum += Power(signed ? increment : Math.Abs(increment), order);
                    pairs++;
                }
            }
        }

        return new StructureFunction(order, separations, values);
    }

    private static double Power(double value, int order)
    {
        var power = value;
        for (var i = 1; i < order; i++)
        {
            power *= value;
        }

        return power;
    }
}
