namespace Flex.Fields.NetCdf;

/// <summary>The coordinates of a dimension: the 1-D variable that bears the dimension's name.</summary>
/// <param name="Name">Name of dimension and variable.</param>
/// <param name="Units">UDUNITS text; <c>1</c> where the file gives none.</param>
/// <param name="Values">One value per point.</param>
/// <param name="Modulo">The period where the file marks the axis as periodic (attribute <c>modulo</c>), else null.</param>
public sealed record Coordinate(string Name, string Units, IReadOnlyList<double> Values, double? Modulo = null);
