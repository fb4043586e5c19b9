using Flex.Cli.Show;
using Flex.Evaluation.Figures;
using Flex.Fields.Grids;
using Flex.Fields.NetCdf;

namespace Flex.Cli.Tests;

public sealed class ShowTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("flex-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_picture_lies_beside_the_file_and_its_path_is_printed()
    {
        var run = CommandLine.Run("show", FieldFileAt("a.nc"));
        Assert.Equal((0, "", In("a-w.png") + "\n"), (run.Status, run.Error, run.Out));
        Assert.True(File.Exists(In("a-w.png")));
    }

    [Fact]
    public void Spectra_are_drawn_as_svg()
    {
        var run = CommandLine.Run("show", FieldFileAt("a.nc"), "--spectrum", "--time", "last", "--out", In("s.svg"));
        Assert.Equal(0, run.Status);
        Assert.Contains("enstrophy spectrum", File.ReadAllText(In("s.svg")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_folder_shows_its_training_curves()
    {
        File.WriteAllText(In("metrics.jsonl"), "{\"step\":1,\"loss\":1,\"learning_rate\":1e-4}\n{\"step\":2,\"loss\":0.5,\"learning_rate\":1e-4}\n");
        Assert.Equal(0, CommandLine.Run("show", _folder.FullName).Status);
        Assert.True(File.Exists(In("training.png")));
    }

    [Fact]
    public void Missing_values_are_told()
    {
        var run = CommandLine.Run("show", FieldFileAt("a.nc", missing: 3), "--cmap", "purplegreen");
        Assert.Equal((0, "flex: 3 missing values are drawn grey\n"), (run.Status, run.Error));
    }

    [Theory]
    [InlineData(null, null, "t = 0|t = 0.5|t = 1")]
    [InlineData("last", null, "t = 1")]
    [InlineData("1", null, "t = 0.5")]
    public void Times_are_panels(string? time, int? member, string titles)
    {
        var selection = ShownFields.Read(FieldFileAt("a.nc"), null, time, member);
        Assert.Equal(titles, string.Join('|', selection.Panels.Select(panel => panel.Title)));
        Assert.Equal(("w", "vorticity [s-1]", true), (selection.Variable, selection.Label, selection.IsVorticity));
    }

    [Theory]
    [InlineData(null, null, "t = 1, member 0|t = 1, member 1")]
    [InlineData("0", null, "t = 0, member 0|t = 0, member 1")]
    [InlineData(null, 1, "t = 0, member 1|t = 0.5, member 1|t = 1, member 1")]
    [InlineData("0", 1, "t = 0, member 1")]
    public void Members_are_panels_of_one_time(string? time, int? member, string titles)
    {
        var selection = ShownFields.Read(FieldFileAt("a.nc", members: 2), "w", time, member);
        Assert.Equal(titles, string.Join('|', selection.Panels.Select(panel => panel.Title)));
    }

    [Fact]
    public void Falling_coordinates_are_turned_upright()
    {
        var rising = ShownFields.Read(FieldFileAt("a.nc"), null, "0", null).Panels[0].Values;
        var falling = ShownFields.Read(FieldFileAt("b.nc", spacing: -1), null, "0", null).Panels[0].Values;
        Assert.Equal(rising.Chunk(6).Reverse().SelectMany(row => row), falling);
    }

    [Fact]
    public void Bad_input_ends_in_one_line()
    {
        var file = FieldFileAt("a.nc");
        CommandLine.Run("show", In("none.nc")).AssertBadInput("none.nc");
        CommandLine.Run("show", _folder.FullName).AssertBadInput("metrics.jsonl");
        CommandLine.Run("show", file, "--var", "z").AssertBadInput("'z'", "w(");
        CommandLine.Run("show", file, "--var", "x").AssertBadInput("dimensions");
        CommandLine.Run("show", file, "--time", "3").AssertBadInput("--time 3", "0 to 2", "last");
        CommandLine.Run("show", file, "--time", "soon").AssertBadInput("--time soon");
        CommandLine.Run("show", file, "--member", "1").AssertBadInput("--member 1");
        CommandLine.Run("show", file, "--cmap", "jet").AssertBadInput("jet", "bluered");
        CommandLine.Run("show", file, "--out", In("a.pdf")).AssertBadInput(".png or .svg");
        CommandLine.Run("show", file, "--out", In("nowhere/a.png")).AssertBadInput("nowhere");
        CommandLine.Run("show", FieldFileAt("gap.nc", missing: 1), "--spectrum").AssertBadInput("row 0, column 0");
        CommandLine.Run("show", FieldFileAt("empty.nc", missing: 72)).AssertBadInput("missing");
        File.WriteAllText(In("text.nc"), "hello");
        CommandLine.Run("show", In("text.nc")).AssertBadInput("text.nc");
    }

    [Fact]
    public void The_preview_puts_two_pixels_into_a_character()
    {
        var panel = new FieldPanel("a", [0, 0, 1, 1], 2, 2);
        var preview = BlockPreview.Draw(panel, new ColourScale(ColourMap.Grey, 0, 1), 2);
        Assert.Equal("\u001b[38;2;255;255;255;48;2;0;0;0m▀\u001b[38;2;255;255;255;48;2;0;0;0m▀\u001b[0m\n", preview);
    }

    /// <summary>A file of three times on 4 × 6 points whose first values are missing.</summary>
    private string FieldFileAt(string name, int members = 0, int missing = 0, double spacing = 1)
    {
        var spec = new OutputSpec
        {
            Grid = new Grid(new GridAxis("y", 4, spacing), new GridAxis("x", 6)),
            Times = [0, 0.5, 1],
            Fields = [new OutputField("w", "s-1", "vorticity")],
            Members = members,
        };
        using var writer = FieldWriter.Create(In(name), spec);
        for (var member = 0; member < Math.Max(1, members); member++)
        {
            for (var time = 0; time < 3; time++)
            {
                var values = Enumerable.Range(0, 24).Select(i => (24 * time) + i < missing ? float.NaN : MathF.Sin(i + time + member));
                writer.Write("w", member, time, [.. values]);
            }
        }

        writer.Commit();
        return In(name);
    }

    private string In(string name) => Path.Combine(_folder.FullName, name);
}
