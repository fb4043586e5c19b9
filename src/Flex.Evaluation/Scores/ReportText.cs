using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Flex.Evaluation.Scores;

/// <summary>How reports write numbers, tables and JSON.</summary>
internal static class ReportText
{
    private static readonly int[] RoundLeads = [1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 500];

    /// <summary>Indented JSON with snake-case keys.</summary>
    public static JsonSerializerOptions JsonOptions { get; } = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },

        // A ratio to a baseline without error is infinite, and JSON has no number for it.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Adds a line of cells of equal width.</summary>
    public static void Line(StringBuilder text, string[] cells) =>
        text.AppendJoin("  ", cells.Select(cell => cell.PadLeft(14))).Append('\n');

    /// <summary>A measured number.</summary>
    public static string Number(double value) => value.ToString("F4", CultureInfo.InvariantCulture);

    /// <summary>A measured number in the unit of the field, which may be of any order of magnitude.</summary>
    public static string Significant(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    /// <summary>Whether a table of leads shows one: round numbers and the last.</summary>
    public static bool IsRoundLead(int lead, int last) => lead == last || Array.IndexOf(RoundLeads, lead) >= 0;

    /// <summary>A number that was given, such as a parameter.</summary>
    public static string Plain(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>A name so short that a title with it fills no more than its column.</summary>
    public static string Short(string name) => name.Length <= 8 ? name : name[..6] + ".";
}
