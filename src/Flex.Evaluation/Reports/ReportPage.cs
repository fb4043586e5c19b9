using System.Globalization;
using System.Text;
using System.Xml.Linq;
using Flex.IO;

namespace Flex.Evaluation.Reports;

/// <summary>
/// A report as one HTML page that needs nothing else: style and pictures travel inside, there is no script, and it prints.
/// </summary>
/// <param name="title">What was judged.</param>
/// <param name="date">When.</param>
public sealed class ReportPage(string title, DateTimeOffset date)
{
    private const string StyleResource = "report.css";
    private readonly List<ReportChapter> _chapters = [];

    /// <summary>Adds what was found about one task.</summary>
    /// <param name="chapter">The chapter.</param>
    public void Add(ReportChapter chapter) => _chapters.Add(chapter);

    /// <summary>Writes the page, atomically.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">It cannot be written.</exception>
    public void Save(string path) => AtomicFile.Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        writer.Write(ToHtml());
    });

    /// <summary>The page.</summary>
    /// <returns>HTML that is XML too.</returns>
    public string ToHtml()
    {
        var html = new XElement(
            "html",
            new XAttribute("lang", "en"),
            new XElement(
                "head",
                new XElement("meta", new XAttribute("charset", "utf-8")),
                new XElement("meta", new XAttribute("name", "viewport"), new XAttribute("content", "width=device-width, initial-scale=1")),
                new XElement("title", title),
                new XElement("style", Style())),
            new XElement("body", new XElement("main", Header(), Contents(), _chapters.Select(Chapter), Footer())));
        foreach (var element in html.DescendantsAndSelf().ToList())
        {
            Repair(element);
        }

        return $"<!DOCTYPE html>\n{html.ToString(SaveOptions.DisableFormatting)}\n";
    }

    private XElement Header() => new(
        "header",
        Html.Element("p", "kicker", "FLEX · evaluation report"),
        new XElement("h1", title),
        Html.Element("p", "date", date.ToString("d MMMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture)));

    private XElement Contents() => new(
        "nav",
        new XAttribute("aria-label", "Contents"),
        _chapters.Select((chapter, i) => new XElement(
            "ol",
            _chapters.Count > 1 ? Html.Element("li", "chapter", chapter.Title) : null,
            chapter.Sections.Select((section, j) => new XElement(
                "li", new XElement("a", new XAttribute("href", $"#{Id(i, j)}"), section.Title))))));

    private XElement Chapter(ReportChapter chapter, int index) => Html.Element(
        "article", "chapter",
        _chapters.Count > 1 ? Html.Element("h1", "chapter", chapter.Title) : null,
        Html.Element("p", "lead", chapter.Lead),
        Html.Element("div", "figures", chapter.Figures.Select(figure => Html.Element(
            "div", "key", Html.Element("div", "value", figure.Value), Html.Element("div", "label", figure.Label), Html.Element("div", "note", figure.Note)))),
        chapter.Sections.Select((section, i) => new XElement(
            "section", new XAttribute("id", Id(index, i)), new XElement("h2", section.Title), section.Content)));

    private static XElement Footer() => new(
        "footer",
        Html.Paragraph("Made by ", new XElement("code", "flex evaluate"), ". Every number of this page, and more, is in the file that --json writes. How to read it: docs/reports.md."));

    private static string Id(int chapter, int section) => $"s{chapter + 1}-{section + 1}";

    // An empty element would be written as <p />, which HTML takes for an opening tag.
    private static void Repair(XElement element)
    {
        foreach (var attribute in element.Attributes())
        {
            attribute.Value = Html.Clean(attribute.Value);
        }

        foreach (var text in element.Nodes().OfType<XText>())
        {
            text.Value = Html.Clean(text.Value);
        }

        if (element.IsEmpty && element.Name.LocalName is not ("img" or "meta" or "br"))
        {
            element.Value = "";
        }
    }

    private static string Style()
    {
        using var stream = typeof(ReportPage).Assembly.GetManifestResourceStream(StyleResource)
            ?? throw new InvalidOperationException($"{StyleResource} is not embedded");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
