using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Flex.Evaluation.Figures;

/// <summary>One field of a figure.</summary>
/// <param name="Title">What it is: "truth", "bicubic".</param>
/// <param name="Values">Row-major (height, width), first row at the bottom; NaN is drawn grey.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Note">A second, lighter line, such as "RFNE 0.123"; may be empty.</param>
public sealed record FieldPanel(string Title, float[] Values, int Height, int Width, string Note = "");

/// <summary>
/// Fields side by side with equal aspect on one colour scale, with one colour bar. Panels fill rows from the left,
/// top first.
/// </summary>
public sealed class FieldFigure
{
    private const int Margin = 24;
    private const int Gap = 24;
    private const int BarWidth = 26;
    private readonly IReadOnlyList<FieldPanel> _panels;
    private readonly ColourScale _scale;
    private readonly string _label;
    private readonly int _columns;
    private readonly int _rows;
    private readonly int _panelWidth;
    private readonly int _panelHeight;
    private readonly int _header;
    private readonly int _font;
    private readonly int _barLabels;

    /// <summary>Lays a figure out.</summary>
    /// <param name="panels">The fields, at least one; they may differ in resolution, and share one shape on paper.</param>
    /// <param name="scale">The common colour scale.</param>
    /// <param name="label">What the colours mean, with unit: "vorticity ω [1/s]".</param>
    /// <param name="columns">Panels a row; 0 takes at most five.</param>
    /// <exception cref="ArgumentException">There is no panel, or one has another number of values than its size says.</exception>
    public FieldFigure(IReadOnlyList<FieldPanel> panels, ColourScale scale, string label, int columns = 0)
    {
        ArgumentNullException.ThrowIfNull(panels);
        if (panels.Count == 0 || panels.Any(p => p.Values.Length != p.Height * p.Width))
        {
            throw new ArgumentException("a figure needs panels whose values fill their size", nameof(panels));
        }

        _panels = panels;
        _scale = scale;
        _label = label;
        _columns = Math.Min(panels.Count, columns > 0 ? columns : 5);
        _rows = (panels.Count + _columns - 1) / _columns;
        (_panelWidth, _panelHeight) = PanelSize(panels[0], _columns);

        // A wide figure is reduced more on paper, so its letters start larger.
        var panelsWidth = (_columns * _panelWidth) + ((_columns - 1) * Gap);
        _font = Math.Clamp(panelsWidth / 80, 18, 28);
        _header = (_font * 21 / 10) + (panels.Any(p => p.Note.Length > 0) ? _font * 15 / 10 : 0);
        _barLabels = _font * 5;
        Width = (2 * Margin) + panelsWidth + Gap + BarWidth + _barLabels;
        Height = (2 * Margin) + (_rows * (_header + _panelHeight)) + ((_rows - 1) * Gap);
    }

    /// <summary>The colour of masked points.</summary>
    public static Rgb MaskedColour { get; } = new(0xb8, 0xb8, 0xb8);

    /// <summary>Width of the picture in pixels.</summary>
    public int Width { get; }

    /// <summary>Height of the picture in pixels.</summary>
    public int Height { get; }

    /// <summary>Draws the figure into a file.</summary>
    /// <param name="path">The picture, .png or .svg.</param>
    /// <param name="gnuplot">What draws.</param>
    /// <exception cref="InputException">gnuplot is missing or fails, or the file cannot be written.</exception>
    public void Save(string path, Gnuplot gnuplot)
    {
        ArgumentNullException.ThrowIfNull(gnuplot);
        var files = new Dictionary<string, byte[]> { ["palette"] = Encoding.ASCII.GetBytes(Palette(_scale.Map)) };
        var script = new StringBuilder(Preamble());
        for (var i = 0; i < _panels.Count; i++)
        {
            var panel = _panels[i];
            var pixels = PixelGrid.Resample(panel.Values, panel.Height, panel.Width, _panelHeight, _panelWidth);
            files[$"panel{i}"] = MemoryMarshal.AsBytes(pixels.AsSpan()).ToArray();
            script.Append(PanelScript(i));
        }

        script.Append("unset multiplot");
        gnuplot.Draw(path, Width, Height, script.ToString(), files);
    }

    /// <summary>Small grids are enlarged and large ones reduced, so that every figure has about the same size.</summary>
    private static (int Width, int Height) PanelSize(FieldPanel panel, int columns)
    {
        var area = columns == 1 ? 720 : columns == 2 ? 560 : 440;
        var aspect = Math.Clamp((double)panel.Width / panel.Height, 0.25, 4);
        return ((int)Math.Round(area * Math.Sqrt(aspect)), (int)Math.Round(area / Math.Sqrt(aspect)));
    }

    private static string Palette(ColourMap map)
    {
        var lines = Enumerable.Range(0, 512).Select(i => map.At(i / 511.0).ToRgb())
            .Select(c => string.Create(
                CultureInfo.InvariantCulture, $"{c.Red / 255.0:F4} {c.Green / 255.0:F4} {c.Blue / 255.0:F4}\n"));
        return string.Concat(lines);
    }

    private string Preamble()
    {
        var barLeft = Width - Margin - _barLabels - BarWidth;
        var barHeight = _panelHeight + ((_rows - 1) * (_header + _panelHeight + Gap));
        return FormattableString.Invariant($"""
            set palette file 'palette' using 1:2:3
            set palette maxcolors 0
            set cbrange [{_scale.Minimum:R}:{_scale.Maximum:R}]
            set multiplot
            unset key
            unset xtics
            unset ytics
            set border 15 linewidth 1 linecolor rgb '#606060'
            set cbtics scale 0 offset -0.6,0 font ',{_font * 0.8}' textcolor rgb '#303030'
            set label 3 {Gnuplot.Quote(_label)} at screen {X(Width - Margin - (0.5 * _font))},{Y(Margin + (barHeight / 2))} center rotate by 90 noenhanced font ',{_font * 0.9}' textcolor rgb '#101010'
            set colorbox user origin {X(barLeft)},{Y(Margin)} size {X(BarWidth)},{Y(barHeight)} noborder
            set xrange [-0.5:{_panelWidth - 0.5}]
            set yrange [-0.5:{_panelHeight - 0.5}]
            set object 1 rectangle from graph 0,0 to graph 1,1 behind fillcolor rgb '{MaskedColour}' fillstyle solid noborder

            """);
    }

    private string PanelScript(int index)
    {
        var panel = _panels[index];
        var left = Margin + (index % _columns * (_panelWidth + Gap));
        var top = Height - Margin - (index / _columns * (_header + _panelHeight + Gap));
        var (bottom, centre) = (top - _header - _panelHeight, left + (_panelWidth / 2));
        return FormattableString.Invariant($"""
            set lmargin at screen {X(left)}
            set rmargin at screen {X(left + _panelWidth)}
            set bmargin at screen {Y(bottom)}
            set tmargin at screen {Y(bottom + _panelHeight)}
            set label 1 {Gnuplot.Quote(panel.Title)} at screen {X(centre)},{Y(top - (0.9 * _font))} center noenhanced font ',{_font}' textcolor rgb '#101010'
            set label 2 {Gnuplot.Quote(panel.Note)} at screen {X(centre)},{Y(top - (2.5 * _font))} center noenhanced font ',{_font * 0.8}' textcolor rgb '#606060'
            plot 'panel{index}' binary array=({_panelWidth},{_panelHeight}) format='%float32' with image
            unset colorbox
            unset label 3

            """);
    }

    private string X(double pixels) => (pixels / Width).ToString("R", CultureInfo.InvariantCulture);

    private string Y(double pixels) => (pixels / Height).ToString("R", CultureInfo.InvariantCulture);
}
