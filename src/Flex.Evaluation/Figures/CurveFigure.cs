using System.Globalization;
using System.Text;

namespace Flex.Evaluation.Figures;

/// <summary>Curve plots side by side: spectra, training curves. Plots fill rows from the left, top first.</summary>
/// <param name="plots">The plots; at least one.</param>
/// <param name="columns">Plots a row; 0 takes one row for all.</param>
public sealed class CurveFigure(IReadOnlyList<CurvePlot> plots, int columns = 0)
{
    private const int PlotWidth = 620;
    private const int PlotHeight = 460;
    private const int Left = 130;
    private const int Bottom = 84;
    private const int Top = 60;
    private const int Right = 30;
    private const int CellWidth = Left + PlotWidth + Right;
    private const int CellHeight = Bottom + PlotHeight + Top;
    private readonly int _columns = columns > 0 ? Math.Min(columns, plots.Count) : plots.Count;

    /// <summary>The plots.</summary>
    public IReadOnlyList<CurvePlot> Plots => plots;

    /// <summary>Width of the picture in pixels.</summary>
    public int Width => _columns * CellWidth;

    /// <summary>Height of the picture in pixels.</summary>
    public int Height => (plots.Count + _columns - 1) / _columns * CellHeight;

    /// <summary>Draws the figure into a file.</summary>
    /// <param name="path">The picture, .png or .svg.</param>
    /// <param name="gnuplot">What draws.</param>
    /// <exception cref="InputException">gnuplot is missing or fails, or the file cannot be written.</exception>
    public void Save(string path, Gnuplot gnuplot)
    {
        ArgumentNullException.ThrowIfNull(gnuplot);
        var files = new Dictionary<string, byte[]>();
        var script = new StringBuilder("""
            set multiplot
            set border 15 linewidth 1.2 linecolor rgb '#606060'
            set grid linetype 1 linewidth 0.8 linecolor rgb '#e4e4e4'
            set tics scale 0.6 font ',16' textcolor rgb '#303030'
            set samples 2

            """);
        for (var i = 0; i < plots.Count; i++)
        {
            for (var j = 0; j < plots[i].Curves.Count; j++)
            {
                files[$"curve{i}-{j}"] = Encoding.ASCII.GetBytes(Points(plots[i], plots[i].Curves[j]));
            }

            script.Append(PlotScript(i));
        }

        script.Append("unset multiplot");
        gnuplot.Draw(path, Width, Height, script.ToString(), files);
    }

    private static string Points(CurvePlot plot, Curve curve)
    {
        var text = new StringBuilder();
        foreach (var (x, y) in curve.X.Zip(curve.Y))
        {
            var drawable = double.IsFinite(x) && double.IsFinite(y) && (x > 0 || !plot.LogX) && (y > 0 || !plot.LogY);

            // An empty line interrupts the curve.
            text.Append(drawable ? string.Create(CultureInfo.InvariantCulture, $"{x:R} {y:R}\n") : "\n");
        }

        return text.ToString();
    }

    private static string Form(Stroke stroke) => stroke switch
    {
        Stroke.Columns => "boxes fill solid 1 noborder",
        Stroke.Points => "points pointtype 7",
        _ => "lines",
    };

    private static string Style(Curve curve) => curve.Stroke switch
    {
        Stroke.Dashed => $"linewidth 2.6 dashtype (10,6) linecolor rgb '{curve.Colour}'",
        Stroke.Reference => $"linewidth 1.6 dashtype (2,4) linecolor rgb '{curve.Colour}'",
        _ => $"linewidth 2.6 dashtype solid linecolor rgb '{curve.Colour}'",
    };

    private static string HorizontalAxis(CurvePlot plot) => plot.LogX
        ? "set logscale x 10\nset format x '10^{%L}'\nset mxtics 10\nset autoscale xfix"
        : "unset logscale x\nset format x '%g'\nunset mxtics\nset autoscale xfix";

    private static string VerticalAxis(CurvePlot plot)
    {
        var (low, high) = plot.YRange ?? Extent(plot);
        var range = FormattableString.Invariant($"set yrange [{low:R}:{high:R}]");
        if (!plot.LogY)
        {
            return $"{range}\nunset logscale y\nset format y '%g'\nset ytics autofreq\nunset mytics";
        }

        // Powers of ten alone would leave a short axis with one label or none.
        return high / low > 50
            ? $"{range}\nset logscale y 10\nset format y '10^{{%L}}'\nset ytics autofreq\nset mytics 10"
            : $"{range}\nset logscale y 10\nset format y '%g'\nset ytics ({RoundTicks(low, high)})\nunset mytics";
    }

    /// <summary>The ordinates of all curves with a little air around them.</summary>
    private static (double Low, double High) Extent(CurvePlot plot)
    {
        var values = plot.Curves.SelectMany(curve => curve.Y).Where(y => double.IsFinite(y) && (y > 0 || !plot.LogY)).ToArray();
        var (low, high) = values.Length > 0 ? (values.Min(), values.Max()) : (1, 1);
        if (plot.LogY)
        {
            return (low / 1.2, high * 1.2);
        }

        var air = low < high ? 0.05 * (high - low) : Math.Max(1, Math.Abs(low));
        return (low - air, high + air);
    }

    private static string RoundTicks(double low, double high) => string.Join(
        ", ",
        from decade in Enumerable.Range((int)Math.Floor(Math.Log10(low)), 4)
        from digit in new[] { 1, 2, 3, 5 }
        let tick = digit * Math.Pow(10, decade)
        where tick >= low && tick <= high
        select tick.ToString("G6", CultureInfo.InvariantCulture));

    private string PlotScript(int index)
    {
        var plot = plots[index];
        var left = (index % _columns * CellWidth) + Left;
        var bottom = Height - ((1 + (index / _columns)) * CellHeight) + Bottom;
        var marks = string.Concat(plot.Marks.Select((mark, i) => FormattableString.Invariant($"""
            set arrow {i + 1} from first {mark.X:R}, graph 0 to first {mark.X:R}, graph 1 nohead back linewidth 1.2 dashtype (6,4) linecolor rgb '#909090'
            set label {i + 1} {Gnuplot.Quote(mark.Text)} at first {mark.X:R}, graph 0.03 left rotate by 90 offset -0.8,0 noenhanced font ',15' textcolor rgb '#707070'

            """)));
        var keySize = plot.Curves.Count > 4 ? "spacing 0.9 font ',14'" : "spacing 1.15 font ',17'";
        var curves = plot.Curves.Select((curve, i) =>
            $"'curve{index}-{i}' using 1:2 with {Form(curve.Stroke)} {Style(curve)} "
            + (curve.Label.Length > 0 ? $"title {Gnuplot.Quote(curve.Label)}" : "notitle"));
        return FormattableString.Invariant($"""
            unset arrow
            unset label
            set lmargin at screen {X(left)}
            set rmargin at screen {X(left + PlotWidth)}
            set bmargin at screen {Y(bottom)}
            set tmargin at screen {Y(bottom + PlotHeight)}
            {HorizontalAxis(plot)}
            {VerticalAxis(plot)}
            set title {Gnuplot.Quote(plot.Title)} noenhanced font ',20' textcolor rgb '#101010' offset 0,-0.3
            set label 100 {Gnuplot.Quote(plot.XLabel)} at screen {X(left + (PlotWidth / 2))},{Y(bottom - Bottom + 20)} center noenhanced font ',18' textcolor rgb '#101010'
            set label 101 {Gnuplot.Quote(plot.YLabel)} at screen {X(left - Left + 24)},{Y(bottom + (PlotHeight / 2))} center rotate by 90 noenhanced font ',18' textcolor rgb '#101010'
            set key {plot.Key} noenhanced Left reverse samplen 2.2 {keySize} textcolor rgb '#202020'
            {marks}plot {string.Join(", ", curves)}

            """);
    }

    private string X(double pixels) => (pixels / Width).ToString("R", CultureInfo.InvariantCulture);

    private string Y(double pixels) => (pixels / Height).ToString("R", CultureInfo.InvariantCulture);
}
