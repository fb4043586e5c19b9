using Flex.Evaluation.Figures;

namespace Flex.Evaluation.Tests.Figures;

public sealed class GnuplotTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("flex-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_missing_program_names_its_package()
    {
        var gnuplot = new Gnuplot("no-such-gnuplot");
        var error = Assert.Throws<InputException>(() => gnuplot.Draw(In("a.png"), 100, 100, "plot x", Nothing()));
        Assert.Contains("gnuplot-nox", error.Message, StringComparison.Ordinal);
        Assert.Empty(_folder.GetFiles());
    }

    [Fact]
    public void A_failing_script_shows_its_complaint_and_leaves_the_old_picture()
    {
        File.WriteAllText(In("a.png"), "old");
        var error = Assert.Throws<InputException>(() => new Gnuplot().Draw(In("a.png"), 100, 100, "plot nonsense(x)", Nothing()));
        Assert.Contains("nonsense", error.Message, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(In("a.png")));
        Assert.Single(_folder.GetFiles());
    }

    [Theory]
    [InlineData("a.jpg")]
    [InlineData("a")]
    public void Only_png_and_svg_are_drawn(string name)
    {
        var error = Assert.Throws<InputException>(() => new Gnuplot().Draw(In(name), 100, 100, "plot x", Nothing()));
        Assert.Contains(".png or .svg", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_folder_is_named()
    {
        var error = Assert.Throws<InputException>(
            () => new Gnuplot().Draw(In("nowhere/a.png"), 100, 100, "plot x", Nothing()));
        Assert.Contains("nowhere", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain", "'plain'")]
    [InlineData("it's `date` @x \"q\" \\n", "'it''s `date` @x \"q\" \\n'")]
    [InlineData("two\nlines", "'two lines'")]
    public void Text_is_quoted_so_that_nothing_in_it_runs(string text, string quoted) =>
        Assert.Equal(quoted, Gnuplot.Quote(text));

    private static Dictionary<string, byte[]> Nothing() => [];

    private string In(string name) => Path.Combine(_folder.FullName, name);
}
