using System.Globalization;
using Flex.Evaluation.Figures;
using Flex.Fields.Grids;
using Flex.Fields.NetCdf;

namespace Flex.Cli.Show;

/// <summary>The fields of a file that are to be seen: one variable at some times or of some members.</summary>
/// <param name="Variable">The variable's name.</param>
/// <param name="Label">Its long name and unit, for the colour bar.</param>
/// <param name="IsVorticity">Whether its name says that it is a vorticity, which has an energy spectrum.</param>
/// <param name="Panels">The fields, first row at the bottom.</param>
/// <param name="Missing">How many values are missing in all panels.</param>
public sealed record ShownFields(
    string Variable, string Label, bool IsVorticity, IReadOnlyList<FieldPanel> Panels, long Missing)
{
    /// <summary>More panels than this are too small to see.</summary>
    private const int MostPanels = 8;

    /// <summary>Reads the fields.</summary>
    /// <param name="path">A netCDF or HDF5 file.</param>
    /// <param name="variable">The variable; null where the file has only one field, or one called <c>w</c>.</param>
    /// <param name="time">An index, "last", or null: all times when there is one member, else the last.</param>
    /// <param name="member">The index of a member or channel, or null: all members when one time is shown.</param>
    /// <returns>The selection, at most eight fields, evenly spaced.</returns>
    /// <exception cref="InputException">The file, the variable or an index does not exist, or no value is there.</exception>
    public static ShownFields Read(string path, string? variable, string? time, int? member)
    {
        using var file = FieldFile.Open(path);
        var field = file.Field(variable ?? DefaultVariable(file));
        var severalMembers = field.ChannelsAreMembers && field.Channels > 1 && member is null;
        int[] times = time switch
        {
            "last" => [field.Times - 1],
            null => severalMembers ? [field.Times - 1] : Spread(field.Times),
            _ => [Index(time, field.Times, "--time", path)],
        };
        int[] members = member is { } index
            ? [Index(index.ToString(CultureInfo.InvariantCulture), field.Channels, "--member", path)]
            : severalMembers && times.Length == 1 ? Spread(field.Channels) : [0];
        return Read(field, times, members);
    }

    private static ShownFields Read(FieldVariable field, int[] times, int[] members)
    {
        var missing = 0L;
        var panels = new List<FieldPanel>();
        foreach (var time in times)
        {
            foreach (var member in members)
            {
                var values = new float[checked(field.Height * field.Width)];
                missing += field.ReadWindow(time, member, Window.Whole(field.Height, field.Width), values);
                panels.Add(new FieldPanel(Title(field, time, member), Upright(field, values), field.Height, field.Width));
            }
        }

        var variable = field.Variable;
        if (panels.All(panel => Array.TrueForAll(panel.Values, float.IsNaN)))
        {
            throw new InputException($"variable {variable} of {variable.File.Path} has no value there: every one is missing; choose another time or member");
        }

        return new ShownFields(variable.Name, Describe(variable), IsVorticityName(variable), panels, missing);
    }

    private static string DefaultVariable(FieldFile file)
    {
        var names = file.Variables
            .Where(v => v.Dimensions.Count is >= 2 and <= 4 && v.Type.IsNumeric())
            .Select(v => v.Name).ToArray();
        return names switch
        {
            [var only] => only,
            _ when names.Contains("w") => "w",
            [] => throw new InputException($"{file.Path} has no variable with 2 to 4 dimensions, so there is no field to show"),
            _ => throw new InputException($"{file.Path} has several fields: choose one of {string.Join(", ", names)} with --var"),
        };
    }

    private static int Index(string text, int count, string option, string path) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < count
            ? index
            : throw new InputException($"{option} {text}: {path} has {count}, so it is a number from 0 to {count - 1}{(option == "--time" ? ", or last" : "")}");

    /// <summary>Indices from the first to the last, evenly spaced.</summary>
    private static int[] Spread(int count)
    {
        var shown = Math.Min(count, MostPanels);
        return [.. Enumerable.Range(0, shown).Select(i => shown == 1 ? 0 : (int)Math.Round(i * (count - 1.0) / (shown - 1)))];
    }

    private static string Title(FieldVariable field, int time, int member)
    {
        var parts = new List<string>();
        if (field.TimeCoordinate is { } coordinate)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"t = {coordinate.Values[time]:G6}") + Unit(coordinate.Units, " ", ""));
        }
        else if (field.Times > 1)
        {
            parts.Add($"time {time}");
        }

        if (field.Channels > 1)
        {
            parts.Add($"{(field.ChannelsAreMembers ? "member" : "channel")} {member}");
        }

        return parts.Count > 0 ? string.Join(", ", parts) : field.Variable.Name;
    }

    private static string Describe(FileVariable variable)
    {
        var name = variable.Attributes.TryGetValue("long_name", out var text) ? text.ToString() : variable.Name;
        return name + Unit(variable.Units ?? "1", " [", "]");
    }

    private static string Unit(string units, string before, string after) => units is "1" or "" ? "" : before + units + after;

    private static bool IsVorticityName(FileVariable variable) =>
        variable.Name is "w" or "omega"
        || new[] { "standard_name", "long_name" }
            .Select(key => variable.Attributes.GetValueOrDefault(key)?.ToString() ?? "")
            .Append(variable.Name)
            .Any(text => text.Contains("vorticity", StringComparison.OrdinalIgnoreCase));

    /// <summary>Latitudes are often stored from north to south; north belongs on top all the same.</summary>
    private static float[] Upright(FieldVariable field, float[] values)
    {
        if (field.YCoordinate is { Values: [var first, .., var last] } && last < first)
        {
            for (int low = 0, high = field.Height - 1; low < high; low++, high--)
            {
                var kept = values.AsSpan(low * field.Width, field.Width).ToArray();
                values.AsSpan(high * field.Width, field.Width).CopyTo(values.AsSpan(low * field.Width));
                kept.CopyTo(values.AsSpan(high * field.Width));
            }
        }

        return values;
    }
}
