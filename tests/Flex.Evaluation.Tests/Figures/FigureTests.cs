using System.Buffers.Binary;
using Flex.Evaluation.Figures;

namespace Flex.Evaluation.Tests.Figures;

public sealed class FigureTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("flex-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(1, 8, 8)]
    [InlineData(2, 6, 20)]
    [InlineData(7, 40, 10)]
    public void Field_figures_are_png_of_the_stated_size(int panels, int height, int width)
    {
        var field = Enumerable.Range(0, height * width).Select(i => (float)Math.Sin(i)).ToArray();
        field[3] = float.NaN;
        var figure = new FieldFigure(
            [.. Enumerable.Range(0, panels).Select(i => new FieldPanel($"it's {i}", field, height, width, i == 0 ? "RFNE 0.1" : ""))],
            ColourScale.Covering([field]), "ω_z [1/s]");
        figure.Save(In("a.png"), new Gnuplot());
        Assert.Equal((figure.Width, figure.Height), PngSize(In("a.png")));
    }

    [Fact]
    public void Field_figures_are_svg_when_asked()
    {
        new FieldFigure([new FieldPanel("truth", [1, 2, 3, 4], 2, 2)], ColourScale.Covering([[1, 4]]), "w")
            .Save(In("a.svg"), new Gnuplot());
        var text = File.ReadAllText(In("a.svg"));
        Assert.Contains("truth", text, StringComparison.Ordinal);
        Assert.EndsWith("</svg>", text.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_panel_whose_values_do_not_fill_it_is_refused() =>
        Assert.Throws<ArgumentException>(
            () => new FieldFigure([new FieldPanel("a", [1, 2, 3], 2, 2)], ColourScale.Covering([[1]]), "w"));

    [Fact]
    public void Curve_figures_leave_out_what_a_log_axis_cannot_show()
    {
        var curve = new Curve("a", [0, 1, 10, 100], [1, 0, double.NaN, 5], Curve.Blue);
        var figure = new CurveFigure(
            [
                new CurvePlot("spectrum", "k", "E(k)", [curve, curve with { Y = [1, 3, 2, 5] }])
                {
                    LogX = true, LogY = true, YRange = (1e-3, 10), Marks = [(20, "Nyquist")], Key = "bottom left",
                },
                new CurvePlot("linear", "k", "E(k)", [curve]),
            ]);
        figure.Save(In("a.png"), new Gnuplot());
        Assert.Equal((figure.Width, figure.Height), PngSize(In("a.png")));
    }

    private static (int Width, int Height) PngSize(string path)
    {
        var bytes = File.ReadAllBytes(path);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], bytes[..4]);
        return (BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(20)));
    }

    private string In(string name) => Path.Combine(_folder.FullName, name);
}
