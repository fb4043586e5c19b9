using System.Xml.Linq;
using Flex.Evaluation.Reports;

namespace Flex.Evaluation.Tests.Reports;

public sealed class ReportPageTests : IDisposable
{
    private const string Hostile = "</p><script>alert(1)</script> \"'&amp; \u0001\u001b[31m \ud800 ]]> ω̂ 😀";
    private static readonly DateTimeOffset Date = new(2026, 11, 22, 11, 0, 0, TimeSpan.Zero);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("flex-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Whatever_a_text_holds_the_page_is_well_formed_and_says_it()
    {
        var page = new ReportPage(Hostile, Date);
        page.Add(new ReportChapter(Hostile, Hostile, [new KeyFigure(Hostile, Hostile, Hostile)], [Record(Hostile).ToSection()]));
        page.Add(new ReportChapter("two", "", [], []));
        var html = Parse(page.ToHtml());
        Assert.Empty(html.Descendants("script"));
        var cleaned = "</p><script>alert(1)</script> \"'&amp; \uFFFD\uFFFD[31m \uFFFD ]]> ω̂ 😀";
        Assert.All(["h1", "title", "h2"], name => Assert.NotEmpty(html.Descendants(name)));
        Assert.Equal(cleaned, html.Descendants("h1").First().Value);
        Assert.Contains(cleaned, html.Descendants("pre").First().Value, StringComparison.Ordinal);
    }

    /// <summary>HTML takes &lt;div /&gt; for an opening tag.</summary>
    [Fact]
    public void Only_void_elements_close_themselves()
    {
        var page = new ReportPage("a", Date);
        page.Add(new ReportChapter("b", "", [new KeyFigure("1", "c")], [new ReportSection("d", new XElement("div"), new XElement("p", new XElement("span")))]));
        var text = page.ToHtml();
        Assert.Contains("<div></div><p><span></span></p>", text, StringComparison.Ordinal);
        Assert.DoesNotContain("<div />", text, StringComparison.Ordinal);
        Assert.Contains("<meta charset=\"utf-8\" />", text, StringComparison.Ordinal);
    }

    /// <summary>Inside style, HTML knows no escapes.</summary>
    [Fact]
    public void Style_travels_inside_without_anything_to_escape()
    {
        var text = new ReportPage("a", Date).ToHtml();
        var style = text[(text.IndexOf("<style>", StringComparison.Ordinal) + 7)..text.IndexOf("</style>", StringComparison.Ordinal)];
        Assert.Contains("@media print", style, StringComparison.Ordinal);
        Assert.DoesNotContain(style, c => c is '<' or '&');
        Assert.DoesNotContain("&gt;", style, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", style, StringComparison.Ordinal);
        Assert.DoesNotContain("http", text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Every_entry_of_the_contents_leads_to_a_section()
    {
        var page = new ReportPage("a", Date);
        page.Add(new ReportChapter("one", "", [], [new ReportSection("x"), new ReportSection("y")]));
        page.Add(new ReportChapter("two", "", [], [new ReportSection("x")]));
        var html = Parse(page.ToHtml());
        var targets = html.Descendants("section").Select(section => $"#{section.Attribute("id")!.Value}").ToList();
        Assert.Equal(targets, html.Descendants("a").Select(link => link.Attribute("href")!.Value));
        Assert.Equal(3, targets.Distinct().Count());
    }

    [Fact]
    public void The_old_page_stays_when_the_new_one_cannot_be_written()
    {
        var path = Path.Combine(_folder.FullName, "report.html");
        new ReportPage("old", Date).Save(path);
        Assert.Contains("<title>old</title>", File.ReadAllText(path), StringComparison.Ordinal);
        Assert.Equal([path], Directory.GetFiles(_folder.FullName));
        var error = Assert.Throws<InputException>(() => new ReportPage("new", Date).Save(Path.Combine(path, "x.html")));
        Assert.Contains("x.html", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Metadata_are_worded_and_long_ones_folded_away()
    {
        var html = Parse(Page(Record("flex evaluate") with
        {
            Metadata = new Dictionary<string, string> { ["model"] = "{\"size\":\"tiny\",\"depth\":null,\"scale\":{\"unit\":0.5}}", ["train_config"] = "a: 1\nb: 2\n", ["broken"] = "{x" },
        }));
        Assert.Contains(html.Descendants("td"), cell => cell.Value == "size tiny · scale (unit 0.5)");
        Assert.Contains(html.Descendants("td"), cell => cell.Value == "{x");
        Assert.Equal("a: 1\nb: 2", html.Descendants("details").Single().Element("pre")!.Value);
    }

    private static string Page(RunRecord record)
    {
        var page = new ReportPage("a", Date);
        page.Add(new ReportChapter("b", "", [], [record.ToSection()]));
        return page.ToHtml();
    }

    private static RunRecord Record(string text) => new(
        text, [(text, text)], new Dictionary<string, string> { ["key"] = text }, [(text, text)], [("N", "2")], [("flex", "1")]);

    private static XElement Parse(string html) => XDocument.Parse(html, LoadOptions.PreserveWhitespace).Root!;
}
