namespace Flex.Fields.NetCdf;

/// <summary>How elements are stored in an output file.</summary>
public enum Precision
{
    /// <summary>float32.</summary>
    Single,

    /// <summary>float64.</summary>
    Double,
}

/// <summary>A data variable of an output file.</summary>
/// <param name="Name">Name of the variable, for example <c>w_mean</c>.</param>
/// <param name="Units">UDUNITS text; <c>1</c> is dimensionless.</param>
/// <param name="LongName">What a plot of it would be called; the name where null.</param>
/// <param name="StandardName">The name in CF's table, where it has one.</param>
/// <param name="CellMethods">CF's cell_methods, for example <c>realization: mean</c>.</param>
/// <param name="PerMember">
/// Whether the variable has the dimension <c>member</c>, in a file with members; a statistic over members has not.
/// </param>
/// <param name="Precision">How elements are stored.</param>
public sealed record OutputField(
    string Name,
    string Units = "1",
    string? LongName = null,
    string? StandardName = null,
    string? CellMethods = null,
    bool PerMember = true,
    Precision Precision = Precision.Single)
{
    /// <summary>A variable like one of a file.</summary>
    /// <param name="variable">The variable; of one in a group, the group is dropped from the name.</param>
    /// <returns>Its description.</returns>
    public static OutputField Like(FileVariable variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        return new OutputField(variable.Name.Split('/')[^1], variable.Units ?? "1", Text(variable, "long_name"), Text(variable, "standard_name"));
    }

    private static string? Text(FileVariable variable, string attribute) =>
        variable.Attributes.TryGetValue(attribute, out var value) ? value.Text : null;
}
