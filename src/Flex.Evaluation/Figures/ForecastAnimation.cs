using System.Globalization;
using Flex.Evaluation.Scores;
using Flex.IO;

namespace Flex.Evaluation.Figures;

/// <summary>
/// A forecast as a moving picture: truth, two members and the members' spread, a frame a lead. Fields are reduced to
/// their pixels when they are added, and not kept.
/// </summary>
/// <remarks>
/// gnuplot sets the words on white paper and the panels are painted into it, which keeps their colours exact: one
/// palette serves all frames, and equal colours mean equal values throughout.
/// </remarks>
/// <param name="height">Rows of the fields.</param>
/// <param name="width">Columns of the fields.</param>
/// <param name="side">The side of a square panel in pixels.</param>
public sealed class ForecastAnimation(int height, int width, double side = 138)
{
    private const int Margin = 10;
    private const int Gap = 8;
    private const int Header = 50;
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(150);
    private static readonly string[] Names = ["truth", "member 1", "member 2"];

    private readonly int _panelWidth = (int)(side * Math.Sqrt(Math.Clamp((double)width / height, 0.25, 4)));
    private readonly int _panelHeight = (int)(side / Math.Sqrt(Math.Clamp((double)width / height, 0.25, 4)));
    private readonly List<Frame> _frames = [];

    /// <summary>Width of the picture in pixels; 0 before the first frame.</summary>
    public int Width => _frames is [var first, ..] ? Left(first.Fields.Length + (first.Spread is null ? 0 : 1)) - Gap + Margin : 0;

    /// <summary>Height of the picture in pixels.</summary>
    public int Height => Header + _panelHeight + Margin;

    /// <summary>Adds the next frame.</summary>
    /// <param name="frame">The forecast at one lead, with as many members as the frames before it.</param>
    public void Add(ForecastFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        _frames.Add(new Frame(
            string.Create(CultureInfo.InvariantCulture, $"t = {frame.Time:0.00##},  lead {frame.Lead}"),
            [.. frame.Members.Take(2).Prepend(frame.Truth).Select(Pixels)],
            frame.Members.Count > 1 ? Pixels(MemberStatistics.StandardDeviation(frame.Members)) : null));
    }

    /// <summary>Writes the animation, atomically.</summary>
    /// <param name="path">The file, an animated PNG.</param>
    /// <param name="gnuplot">What sets the words.</param>
    /// <exception cref="InputException">gnuplot is missing or fails, or the file cannot be written.</exception>
    /// <exception cref="InvalidOperationException">No frame was added.</exception>
    public void Save(string path, Gnuplot gnuplot)
    {
        var png = Encode(gnuplot);
        AtomicFile.Write(path, stream => stream.Write(png));
    }

    /// <summary>Encodes the animation.</summary>
    /// <param name="gnuplot">What sets the words.</param>
    /// <returns>The content of an animated PNG.</returns>
    /// <exception cref="InputException">gnuplot is missing or fails.</exception>
    /// <exception cref="InvalidOperationException">No frame was added.</exception>
    public byte[] Encode(Gnuplot gnuplot)
    {
        ArgumentNullException.ThrowIfNull(gnuplot);
        if (_frames.Count == 0)
        {
            throw new InvalidOperationException("an animation needs a frame");
        }

        var spread = ColourScale.Covering(_frames.Select(frame => frame.Spread ?? []), ColourMap.Ember) with { Minimum = 0 };
        var palette = new AnimationPalette(ColourScale.Covering(_frames.Select(frame => frame.Fields[0])), spread);
        var papers = gnuplot.DrawAll(Width, Height, [.. _frames.Select(frame => Words(frame, spread.Maximum))]);
        var pictures = papers.Zip(_frames, (paper, frame) => Compose(PngDecoder.Decode(paper), frame, palette)).ToArray();
        return AnimatedPng.Encode(pictures, palette.Colours, Width, Height, Delay);
    }

    private float[] Pixels(float[] field) => PixelGrid.Resample(field, height, width, _panelHeight, _panelWidth);

    private int Left(int column) => Margin + (column * (_panelWidth + Gap));

    private string Words(Frame frame, double widest)
    {
        string[] spread = frame.Spread is null ? [] : [string.Create(CultureInfo.InvariantCulture, $"spread, 0 to {widest:G2}")];
        var headings = Names.Take(frame.Fields.Length).Concat(spread).Select((name, i) => Label(2 + i, name, Left(i) + (_panelWidth / 2), Header - 11, "center", 10));
        return $"""
            unset border
            unset tics
            unset key
            set xrange [0:1]
            set yrange [0:1]
            {Label(1, frame.Title, Margin, 15, "left", 12)}
            {string.Join('\n', headings)}
            plot NaN notitle
            """;
    }

    private string Label(int number, string text, int x, int y, string alignment, int font) => FormattableString.Invariant(
        $"set label {number} {Gnuplot.Quote(text)} at screen {(double)x / Width:R},{1 - ((double)y / Height):R} {alignment} noenhanced font ',{font}' textcolor rgb '#101010'");

    private byte[] Compose(Picture paper, Frame frame, AnimationPalette palette)
    {
        var picture = AnimationPalette.Paper(paper);
        for (var i = 0; i < frame.Fields.Length; i++)
        {
            Paint(picture, Left(i), frame.Fields[i], palette.Field);
        }

        if (frame.Spread is not null)
        {
            Paint(picture, Left(frame.Fields.Length), frame.Spread, palette.Spread);
        }

        return picture;
    }

    /// <summary>Puts a panel into a picture; a field's first row is at the bottom, a picture's at the top.</summary>
    private void Paint(byte[] picture, int left, float[] panel, Func<float, byte> colour)
    {
        for (var row = 0; row < _panelHeight; row++)
        {
            var line = picture.AsSpan(((Header + _panelHeight - 1 - row) * Width) + left, _panelWidth);
            for (var column = 0; column < line.Length; column++)
            {
                line[column] = colour(panel[(row * _panelWidth) + column]);
            }
        }
    }

    /// <summary>What is shown at one lead, in the panels' pixels.</summary>
    private sealed record Frame(string Title, float[][] Fields, float[]? Spread);
}
