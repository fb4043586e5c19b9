using System.Globalization;
using System.Xml.Linq;
using Flex.Evaluation.Figures;

namespace Flex.Evaluation.Reports;

/// <summary>
/// Fields as pictures in a grid with their colour bars beneath them. The pictures hold no words: title and note are text
/// of the page.
/// </summary>
/// <param name="size">The pixels of every picture.</param>
/// <param name="columns">Pictures in a row.</param>
internal sealed class PanelSheet(PixelSize size, int columns)
{
    private readonly List<XElement> _items = [];

    /// <summary>Adds the next picture.</summary>
    /// <param name="title">What it is.</param>
    /// <param name="pixels">Its values, as many as the sheet's size says.</param>
    /// <param name="scale">Its colours.</param>
    /// <param name="note">A number about it.</param>
    public PanelSheet Add(string title, float[] pixels, ColourScale scale, string note = "")
    {
        _items.Add(Html.Element(
            "div", "panel",
            Html.Picture(FieldImage.Draw(pixels, size.Rows, size.Columns, scale), $"{title} {note}".TrimEnd()),
            Html.Element("div", "title", title, note.Length > 0 ? Html.Element("span", "note", note) : null)));
        return this;
    }

    /// <summary>Adds a colour bar, which belongs to the pictures above it.</summary>
    /// <param name="scale">The colours.</param>
    /// <param name="label">What they mean, with unit.</param>
    /// <param name="span">How many pictures it is as wide as.</param>
    public PanelSheet AddScale(ColourScale scale, string label, int span)
    {
        _items.Add(Html.Element(
            "div", "scale",
            new XAttribute("style", $"grid-column: span {span}"),
            Html.Picture(FieldImage.Bar(scale.Map), ""),
            Html.Element(
                "div", "ends",
                new XElement("span", Value(scale.Minimum)),
                Html.Element("span", "label", label),
                new XElement("span", Value(scale.Maximum)))));
        return this;
    }

    /// <summary>The sheet with a caption.</summary>
    /// <param name="caption">What to see.</param>
    public XElement Figure(params object?[] caption) => Html.Element(
        "figure", "sheet", Html.Element("div", $"grid columns{columns}", _items), new XElement("figcaption", caption));

    private static string Value(double value) => value.ToString("G3", CultureInfo.InvariantCulture).Replace('-', '−');
}

/// <summary>The size of a picture of a field: all pictures have about the same area.</summary>
/// <param name="Rows">Rows of pixels.</param>
/// <param name="Columns">Columns of pixels.</param>
internal readonly record struct PixelSize(int Rows, int Columns)
{
    private const double Side = 288;

    /// <summary>The size for a field.</summary>
    /// <param name="height">Its rows.</param>
    /// <param name="width">Its columns.</param>
    public static PixelSize Of(int height, int width)
    {
        var root = Math.Sqrt(Math.Clamp((double)width / height, 0.25, 4));
        return new PixelSize((int)Math.Round(Side / root), (int)Math.Round(Side * root));
    }

    /// <summary>Reduces a field to the picture's pixels.</summary>
    /// <param name="field">Row-major (height, width).</param>
    /// <param name="height">Its rows.</param>
    /// <param name="width">Its columns.</param>
    public float[] Reduce(ReadOnlySpan<float> field, int height, int width) => PixelGrid.Resample(field, height, width, Rows, Columns);
}
