using Flex.Fields.Grids;

namespace Flex.Fields.NetCdf;

/// <summary>What an output file contains: dimensions (member,) time, y, x; coordinates; data variables.</summary>
public sealed record OutputSpec
{
    /// <summary>The grid of every data variable.</summary>
    public required Grid Grid { get; init; }

    /// <summary>The times, in <see cref="TimeUnits"/>.</summary>
    public required IReadOnlyList<double> Times { get; init; }

    /// <summary>The data variables.</summary>
    public required IReadOnlyList<OutputField> Fields { get; init; }

    /// <summary>Units of time: <c>1</c> is dimensionless; CF dates read <c>hours since 2000-01-01</c>.</summary>
    public string TimeUnits { get; init; } = "1";

    /// <summary>Whether other programs may append times (netCDF's unlimited dimension).</summary>
    public bool UnlimitedTime { get; init; }

    /// <summary>Number of ensemble members; 0 is a file without the dimension <c>member</c>.</summary>
    public int Members { get; init; }

    /// <summary>zlib level 1 … 9 of the data, or 0 for none; turbulence in float32 gains about a tenth.</summary>
    public int DeflateLevel { get; init; } = 1;

    /// <summary>Text attributes of the file, for example <c>title</c>, <c>source</c>, <c>history</c>; Conventions is added.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    /// <summary>Numeric attributes of the file (float64), for example <c>reynolds</c>.</summary>
    public IReadOnlyDictionary<string, double> Numbers { get; init; } = new Dictionary<string, double>();

    /// <summary>Number of slabs (y, x) along member of a data variable.</summary>
    internal int MembersOf(OutputField field) => field.PerMember ? Math.Max(Members, 1) : 1;

    /// <summary>Checks what the types do not.</summary>
    /// <exception cref="InputException">Nothing to write, or two variables of one name.</exception>
    internal void Validate(string path)
    {
        if (Fields.Count == 0 || Times.Count == 0)
        {
            throw new InputException($"cannot write {path}: no {(Fields.Count == 0 ? "variable" : "time")} was asked for");
        }

        string[] names = [.. Fields.Select(f => f.Name), "time", "member", Grid.Y.Name, Grid.X.Name];
        if (names.GroupBy(n => n).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new InputException($"cannot write {path}: two variables would be called '{twice.Key}'; rename one");
        }
    }
}
