using Flex.Fields.Grids;

namespace Flex.Fields.NetCdf;

/// <summary>Finds the grid of a field from the coordinates in its file.</summary>
public static class GridReader
{
    /// <summary>The grid of a field.</summary>
    /// <param name="field">The field.</param>
    /// <param name="periodic">
    /// Whether both axes are periodic; null takes it from the file: an axis with the attribute <c>modulo</c> equal to its
    /// period, or with units of degrees east that cover the circle, is periodic.
    /// </param>
    /// <param name="registration">How the grid's points lie among those of a finer grid; no file says so.</param>
    /// <param name="warn">Receives a sentence where an axis without usable coordinates is counted 0, 1, 2, … instead.</param>
    public static Grid Grid(
        this FieldVariable field, bool? periodic = null, Registration registration = Registration.Node, Action<string>? warn = null)
    {
        ArgumentNullException.ThrowIfNull(field);
        return new Grid(
            Axis(field, field.YDimension, field.YCoordinate, "y", periodic, warn),
            Axis(field, field.XDimension, field.XCoordinate, "x", periodic, warn),
            registration);
    }

    private static GridAxis Axis(
        FieldVariable field, FileDimension dimension, Coordinate? coordinate, string plainName, bool? periodic, Action<string>? warn)
    {
        if (coordinate is null)
        {
            // Names that HDF5 readers make up would be nonsense in a file that is written from this grid.
            var name = dimension.Name.StartsWith("phony_dim", StringComparison.Ordinal) ? plainName : dimension.Name;
            return new GridAxis(name, (int)dimension.Length, Periodic: periodic ?? false);
        }

        var axis = GridAxis.FromCoordinates(dimension.Name, coordinate.Values.ToArray(), coordinate.Units);
        if (axis is null)
        {
            warn?.Invoke($"coordinates {dimension.Name} of {field.Variable.File.Path} are not uniform: points are counted 0, 1, 2, … instead");
            return new GridAxis(dimension.Name, (int)dimension.Length, Periodic: periodic ?? false);
        }

        return axis with { Periodic = periodic ?? IsPeriodic(axis, coordinate.Modulo) };
    }

    private static bool IsPeriodic(GridAxis axis, double? modulo)
    {
        var period = modulo ?? (axis.Units is "degrees_east" or "degree_east" or "degrees_E" ? 360 : double.NaN);
        return Math.Abs((Math.Abs(axis.Spacing) * axis.Length) - period) <= 1e-3 * Math.Abs(axis.Spacing);
    }
}
