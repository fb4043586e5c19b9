using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Flex.Evaluation.Reports;

/// <summary>What made a report: enough to make it again.</summary>
/// <param name="Command">The command line.</param>
/// <param name="Model">Facts about the model's file.</param>
/// <param name="Metadata">What the model's file says of itself, by key; values may be JSON or longer text.</param>
/// <param name="Data">The data files, each with what is known of it.</param>
/// <param name="Settings">How answers were drawn.</param>
/// <param name="Versions">Program and libraries.</param>
public sealed record RunRecord(
    string Command,
    IReadOnlyList<(string Name, string Value)> Model,
    IReadOnlyDictionary<string, string> Metadata,
    IReadOnlyList<(string Name, string Value)> Data,
    IReadOnlyList<(string Name, string Value)> Settings,
    IReadOnlyList<(string Name, string Value)> Versions)
{
    /// <summary>The record as a section.</summary>
    public ReportSection ToSection() => new(
        "What was run",
        [
            Html.Element("pre", "command", Command),
            .. Table("Model", [.. Model, .. Short.Select(pair => (pair.Key, Worded(pair.Value)))]),
            .. Metadata.Except(Short).Select(pair => new XElement(
                "details", new XElement("summary", pair.Key), new XElement("pre", pair.Value.TrimEnd()))),
            .. Table("Sampling", Settings),
            .. Table("Data", Data),
            .. Table("Program", Versions),
        ]);

    private IEnumerable<KeyValuePair<string, string>> Short => Metadata.Where(pair => !pair.Value.Contains('\n', StringComparison.Ordinal));

    private static XElement[] Table(string title, IReadOnlyList<(string Name, string Value)> facts) =>
        [new XElement("h3", title), Html.Facts(facts)];

    /// <summary>JSON in the words of a person: "size tiny · dropout 0"; null is left out.</summary>
    private static string Worded(string text)
    {
        try
        {
            return text.StartsWith('{') ? Worded(JsonNode.Parse(text)) : text;
        }
        catch (JsonException)
        {
            return text;
        }
    }

    private static string Worded(JsonNode? node) => node switch
    {
        JsonObject members => string.Join(" · ", members.Where(member => member.Value is not null).Select(member => member.Value is JsonObject inner
            ? $"{Name(member.Key)} ({Worded(inner)})"
            : $"{Name(member.Key)} {Worded(member.Value)}")),
        JsonArray items => string.Join(", ", items.Select(Worded)),
        JsonValue value when value.TryGetValue<double>(out var number) => Html.Say($"{number:G6}"),
        _ => node?.ToString() ?? Html.Nothing,
    };

    private static string Name(string key) => key.Replace('_', ' ');
}
