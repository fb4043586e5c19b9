using System.Xml.Linq;

namespace Flex.Cli.Tests.SuperResolution;

/// <summary>A report, read as the XML that it is.</summary>
internal sealed class ReadPage
{
    private const string PictureStart = "data:image/png;base64,";
    private readonly XElement _html;

    public ReadPage(string path)
    {
        _html = XDocument.Parse(File.ReadAllText(path)).Root!;
        Assert.Empty(_html.Descendants("script"));
        var links = _html.DescendantsAndSelf().Attributes().Where(a => a.Name.LocalName is "src" or "href").Select(a => a.Value);
        Assert.All(links, link => Assert.True(link.StartsWith('#') || link.StartsWith(PictureStart, StringComparison.Ordinal), link));
    }

    public string Text => _html.Value;

    public IEnumerable<string> Sections => _html.Descendants("h2").Select(title => title.Value);

    public IEnumerable<string> Chapters => _html.Descendants("h1").Skip(1).Select(title => title.Value);

    public IReadOnlyList<byte[]> Pictures =>
        [.. _html.Descendants("img").Select(img => Convert.FromBase64String(img.Attribute("src")!.Value[PictureStart.Length..]))];
}
