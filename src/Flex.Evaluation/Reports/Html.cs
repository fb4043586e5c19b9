using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Flex.Evaluation.Reports;

/// <summary>
/// The elements that a report is made of. They are XML trees: text is escaped by construction, and a page is well-formed
/// whatever a file's name or attributes say.
/// </summary>
internal static class Html
{
    /// <summary>What stands where there is no number.</summary>
    public const string Nothing = "–";

    /// <summary>An element with a class.</summary>
    /// <param name="name">The element.</param>
    /// <param name="cssClass">Its class.</param>
    /// <param name="content">Attributes, text and elements.</param>
    public static XElement Element(string name, string cssClass, params object?[] content) =>
        new(name, new XAttribute("class", cssClass), content);

    /// <summary>A paragraph.</summary>
    /// <param name="content">Text and elements.</param>
    public static XElement Paragraph(params object?[] content) => new("p", content);

    /// <summary>A table: the first column names the row, the others hold numbers that stand below each other.</summary>
    /// <param name="caption">What to see.</param>
    /// <param name="heads">The titles of the columns.</param>
    /// <param name="rows">The cells, as many as titles; text or elements.</param>
    /// <param name="words">How many of the first columns hold words.</param>
    public static XElement Table(string caption, IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<object>> rows, int words = 1) =>
        Element("div", "table", new XElement(
            "table",
            new XElement("caption", caption),
            new XElement("thead", new XElement("tr", heads.Select((head, i) => Cell("th", i, head)))),
            new XElement("tbody", rows.Select(row => new XElement("tr", row.Select((cell, i) => Cell("td", i, cell)))))));

    /// <summary>A table of names and values.</summary>
    /// <param name="facts">The rows.</param>
    public static XElement Facts(IEnumerable<(string Name, string Value)> facts) =>
        Element("table", "facts", new XElement("tbody", facts.Select(fact => new XElement(
            "tr", new XElement("th", new XAttribute("scope", "row"), fact.Name), new XElement("td", fact.Value)))));

    /// <summary>A picture that travels inside the page.</summary>
    /// <param name="png">The content of a PNG file.</param>
    /// <param name="description">What it shows, for those who cannot see it.</param>
    public static XElement Picture(byte[] png, string description) => new(
        "img", new XAttribute("src", $"data:image/png;base64,{Convert.ToBase64String(png)}"), new XAttribute("alt", description));

    /// <summary>An error or another small number: four decimals.</summary>
    /// <param name="value">The number.</param>
    public static string Number(double value) => double.IsFinite(value) ? value.ToString("F4", CultureInfo.InvariantCulture) : Nothing;

    /// <summary>A ratio: three decimals.</summary>
    /// <param name="value">The number.</param>
    public static string Ratio(double value) => double.IsFinite(value) ? value.ToString("F3", CultureInfo.InvariantCulture) : Nothing;

    /// <summary>A number that was given, such as a time or a Reynolds number.</summary>
    /// <param name="value">The number.</param>
    public static string Plain(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    /// <summary>A share in per cent.</summary>
    /// <param name="value">0 to 1.</param>
    public static string Percent(double value) => double.IsFinite(value) ? Say($"{100 * value:0}\u202F%") : Nothing;

    /// <summary>Words with numbers in them, in the one culture of reports.</summary>
    /// <param name="text">The words.</param>
    public static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>What of a text a page can hold: control characters and halves of characters become �.</summary>
    /// <param name="text">Any text.</param>
    public static string Clean(string text) => string.Concat(text.EnumerateRunes().Select(
        rune => rune.Value > char.MaxValue || XmlConvert.IsXmlChar((char)rune.Value) ? rune.ToString() : "\uFFFD"));

    private static XElement Cell(string name, int column, object content) =>
        column == 0 && name == "td" ? new XElement("th", new XAttribute("scope", "row"), content) : new XElement(name, content);
}
