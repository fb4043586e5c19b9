using System.Globalization;
using System.Xml.Linq;
using Flex.Evaluation.Figures;

namespace Flex.Evaluation.Reports;

/// <summary>Draws a <see cref="CurvePlot"/> as SVG inside a page: it stays crisp on paper and takes the page's type.</summary>
internal static class PlotElement
{
    private const double Height = 268;
    private const double Left = 54;
    private const double Right = 10;
    private const double Top = 8;
    private const double Bottom = 42;

    /// <summary>Plots side by side.</summary>
    /// <param name="plots">The plots.</param>
    /// <param name="columns">How many stand in a row on a wide page.</param>
    /// <param name="caption">What to see.</param>
    public static XElement Row(IReadOnlyList<CurvePlot> plots, int columns, string caption) => Html.Element(
        "figure", "plots",
        Html.Element("div", $"grid columns{columns}", plots.Select(plot => Of(plot, columns switch { < 3 => 520, 3 => 380, _ => 320 }))),
        new XElement("figcaption", caption));

    /// <summary>One plot with its title and its key.</summary>
    /// <param name="plot">The plot.</param>
    /// <param name="width">The drawing's width in pixels of the page.</param>
    public static XElement Of(CurvePlot plot, double width = 380)
    {
        var curves = plot.Curves;
        var frame = new Frame(
            PlotAxis.Covering(curves.SelectMany(Abscissae), plot.LogX, air: 0), Vertical(plot), width - Left - Right, Height - Top - Bottom);
        return Html.Element(
            "div", "plot",
            Html.Element("h3", "title", plot.Title),
            Html.Element("div", "legend", curves.Where(curve => curve.Label.Length > 0).Select(Key)),
            new XElement(
                "svg",
                new XAttribute("viewBox", Say($"0 0 {width} {Height}")),
                new XAttribute("role", "img"),
                new XAttribute("aria-label", $"{plot.Title}: {plot.YLabel} over {plot.XLabel}"),
                Axes(plot, frame),
                new XElement(
                    "svg", // a drawing of its own cuts off what leaves the axes
                    Place(("x", Left), ("y", Top), ("width", frame.Width), ("height", frame.Height)),
                    plot.Marks.Select(mark => Mark(mark, frame)),
                    curves.Select(curve => curve.Stroke switch
                    {
                        Stroke.Columns => Columns(curve, frame),
                        Stroke.Points => Points(curve, frame),
                        _ => Line(curve, frame),
                    }))));
    }

    // A column is as wide as the distance to the next.
    private static IEnumerable<double> Abscissae(Curve curve) => curve.Stroke == Stroke.Columns
        ? curve.X.SelectMany(x => new[] { x - (Step(curve) / 2), x + (Step(curve) / 2) })
        : curve.X;

    private static PlotAxis Vertical(CurvePlot plot)
    {
        var axis = plot.YRange is { } range
            ? new PlotAxis(range.Low, range.High, plot.LogY)
            : PlotAxis.Covering(plot.Curves.SelectMany(curve => curve.Y), plot.LogY, air: 0.05);
        return plot.Curves.Any(curve => curve.Stroke == Stroke.Columns) ? axis with { Low = 0 } : axis;
    }

    private static double Step(Curve curve) => curve.X.Count > 1 ? curve.X[1] - curve.X[0] : 1;

    private static XElement Key(Curve curve) => new(
        "span",
        new XElement("svg", new XAttribute("class", "swatch"), new XAttribute("viewBox", "0 0 24 8"), curve.Stroke is Stroke.Columns or Stroke.Points
            ? new XElement("circle", Place(("cx", 12), ("cy", 4), ("r", 4)), new XAttribute("fill", curve.Colour.ToString()))
            : new XElement("path", new XAttribute("d", "M1 4H23"), Style(curve))),
        curve.Label);

    private static IEnumerable<XElement> Axes(CurvePlot plot, Frame frame)
    {
        var (right, bottom) = (Left + frame.Width, Top + frame.Height);
        foreach (var tick in frame.Y.Ticks)
        {
            var at = Top + frame.Down(tick);
            yield return Rule($"M{Left:0.#} {at:0.#}H{right:0.#}", "rule");
            yield return Text(frame.Y.Label(tick), Left - 6, at + 4, "end");
        }

        foreach (var tick in frame.X.Ticks)
        {
            var at = Left + frame.Across(tick);
            yield return Rule($"M{at:0.#} {bottom:0.#}v4", "tick");
            yield return Text(frame.X.Label(tick), at, bottom + 17, "middle");
        }

        yield return Rule($"M{Left:0.#} {bottom:0.#}H{right:0.#}", "tick");
        yield return Text((plot.XLabel, ""), Left + (frame.Width / 2), Height - 6, "middle", "axis");
        var label = Text((plot.YLabel, ""), 0, 0, "middle", "axis");
        label.Add(new XAttribute("transform", Say($"translate(12 {Top + (frame.Height / 2):0.#}) rotate(-90)")));
        yield return label;
    }

    private static XElement Line(Curve curve, Frame frame)
    {
        var path = new System.Text.StringBuilder();
        var pen = 'M';
        foreach (var (x, y) in curve.X.Zip(curve.Y))
        {
            // What cannot be drawn interrupts the curve.
            var drawable = frame.X.CanShow(x) && frame.Y.CanShow(y);
            path.Append(drawable ? Say($"{pen}{frame.Across(x):0.#} {frame.Down(y):0.#}") : "");
            pen = drawable ? 'L' : 'M';
        }

        return new XElement("path", new XAttribute("d", path), Style(curve));
    }

    private static XElement Columns(Curve curve, Frame frame)
    {
        var step = frame.Across(curve.X[0] + Step(curve)) - frame.Across(curve.X[0]);
        return new XElement("g", new XAttribute("fill", curve.Colour.ToString()), curve.X.Zip(curve.Y).Where(p => double.IsFinite(p.Second)).Select(p => new XElement(
            "rect",
            Place(("x", frame.Across(p.First) - (0.4 * step)), ("y", frame.Down(p.Second)), ("width", 0.8 * step), ("height", frame.Height - frame.Down(p.Second))))));
    }

    private static XElement Points(Curve curve, Frame frame) => new(
        "g",
        new XAttribute("fill", curve.Colour.ToString()),
        curve.X.Zip(curve.Y).Where(p => frame.X.CanShow(p.First) && frame.Y.CanShow(p.Second)).Select(p => new XElement(
            "circle", Place(("cx", frame.Across(p.First)), ("cy", frame.Down(p.Second)), ("r", 4.5)))));

    private static XElement[] Mark((double X, string Text) mark, Frame frame)
    {
        var at = frame.Across(mark.X);
        var text = Text((mark.Text, ""), 0, 0, "end", "mark");
        text.Add(new XAttribute("transform", Say($"translate({at - 5:0.#} 6) rotate(-90)")));
        return [Rule($"M{at:0.#} 0V{frame.Height:0.#}", "mark"), text];
    }

    private static XElement Rule(FormattableString path, string cssClass) =>
        new("path", new XAttribute("class", cssClass), new XAttribute("d", Say(path)));

    private static XElement Text((string Foot, string Exponent) label, double x, double y, string anchor, string? cssClass = null) => new(
        "text",
        Place(("x", x), ("y", y)),
        new XAttribute("text-anchor", anchor),
        cssClass is null ? null : new XAttribute("class", cssClass),
        label.Foot,
        label.Exponent.Length > 0 ? new XElement("tspan", new XAttribute("dy", "-4"), new XAttribute("font-size", "8"), label.Exponent) : null);

    private static object?[] Style(Curve curve) =>
    [
        new XAttribute("fill", "none"),
        new XAttribute("stroke", curve.Colour.ToString()),
        new XAttribute("stroke-width", curve.Stroke == Stroke.Reference ? "1.2" : "1.8"),
        new XAttribute("stroke-linejoin", "round"),
        curve.Stroke switch
        {
            Stroke.Dashed => new XAttribute("stroke-dasharray", "6 4"),
            Stroke.Reference => new XAttribute("stroke-dasharray", "1.5 3"),
            _ => null,
        },
    ];

    private static IEnumerable<XAttribute> Place(params (string Name, double Value)[] lengths) =>
        lengths.Select(length => new XAttribute(length.Name, length.Value.ToString("0.#", CultureInfo.InvariantCulture)));

    private static string Say(FormattableString text) => Html.Say(text);

    /// <summary>The rectangle of the curves, in pixels.</summary>
    private sealed record Frame(PlotAxis X, PlotAxis Y, double Width, double Height)
    {
        public double Across(double value) => X.Place(value) * Width;

        public double Down(double value) => (1 - Y.Place(value)) * Height;
    }
}
