namespace Flex.Fields.Grids;

/// <summary>A uniform axis of a grid: point i lies at <c>Origin + i·Spacing</c>.</summary>
/// <param name="Name">Name of the dimension in files, for example <c>x</c> or <c>latitude</c>.</param>
/// <param name="Length">Number of points.</param>
/// <param name="Spacing">Distance of neighbouring points in <paramref name="Units"/>; negative where coordinates fall.</param>
/// <param name="Origin">Coordinate of point 0 in <paramref name="Units"/>.</param>
/// <param name="Periodic">Whether point <c>Length</c> is point 0 again; the period is Length·|Spacing|.</param>
/// <param name="Units">UDUNITS text; <c>1</c> is dimensionless.</param>
public sealed record GridAxis(
    string Name, int Length, double Spacing = 1, double Origin = 0, bool Periodic = false, string Units = "1")
{
    // Coordinates are often stored as float32: 0.25° at 360° is known to 1e-4 of the spacing.
    private const double UniformTolerance = 1e-3;

    /// <summary>The coordinates of all points.</summary>
    public double[] Coordinates()
    {
        var values = new double[Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Origin + (i * Spacing);
        }

        return values;
    }

    /// <summary>The axis that is <paramref name="factor"/> times finer.</summary>
    /// <param name="factor">s ≥ 1.</param>
    /// <param name="registration">How the two axes share points.</param>
    /// <remarks>
    /// It has Length·s points, except that with node registration an axis that is not periodic ends where its last coarse
    /// point lies, with (Length−1)·s + 1 points: nothing is known beyond, and beyond a pole there is nothing.
    /// </remarks>
    public GridAxis Refine(int factor, Registration registration)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(factor);
        var spacing = Spacing / factor;
        var shift = registration == Registration.Cell ? (factor - 1) / 2.0 * spacing : 0;
        var length = registration == Registration.Node && !Periodic ? checked(((Length - 1) * factor) + 1) : checked(Length * factor);
        return this with { Length = length, Spacing = spacing, Origin = Origin - shift };
    }

    /// <summary>The axis of every s-th point, starting with point 0: ⌈Length/s⌉ points.</summary>
    /// <param name="stride">s ≥ 1.</param>
    /// <exception cref="InputException">The axis is periodic and its length is not a multiple of s.</exception>
    public GridAxis Stride(int stride)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stride);
        if (Periodic && Length % stride != 0)
        {
            throw new InputException($"axis {Name} is periodic with {Length} points, which is not a multiple of {stride}: crop or choose another factor");
        }

        return this with { Length = (Length + stride - 1) / stride, Spacing = Spacing * stride };
    }

    /// <summary>Finds the uniform axis through given coordinates.</summary>
    /// <param name="name">Name of the dimension.</param>
    /// <param name="coordinates">At least one coordinate.</param>
    /// <param name="units">Their units.</param>
    /// <returns>The axis (not periodic), or null where the coordinates are not uniform to 0.1 % of the spacing.</returns>
    public static GridAxis? FromCoordinates(string name, ReadOnlySpan<double> coordinates, string units)
    {
        var n = coordinates.Length;
        ArgumentOutOfRangeException.ThrowIfZero(n);
        var spacing = n == 1 ? 1 : (coordinates[^1] - coordinates[0]) / (n - 1);
        for (var i = 0; i < n; i++)
        {
            var deviation = Math.Abs(coordinates[i] - (coordinates[0] + (i * spacing)));

            // Written so that NaN fails as well.
            if (!(deviation <= UniformTolerance * Math.Abs(spacing)) || spacing == 0)
            {
                return null;
            }
        }

        return new GridAxis(name, n, spacing, coordinates[0], Units: units);
    }
}
