using Flex.Fields.NetCdf;

namespace Flex.Cli.Tests.SuperResolution;

public sealed class DemoTests : IDisposable
{
    private readonly Samples _samples = new();

    public void Dispose() => _samples.Dispose();

    [Fact]
    public void Truth_coarse_and_fine_fields_forecast_pictures_and_scores_are_made()
    {
        var folder = _samples["demo"];
        var run = CommandLine.Run("demo", "--small", "--size", "64", "--model", _samples.Model(), "--forecast-model", _samples.ForecastModel(), "--out", folder);
        Assert.Equal(ExitStatus.Success, run.Status);
        Assert.StartsWith("2D turbulence, Re 1500, seed 4242, 16² → 64² points, model model.safetensors\n  t = 1.0: RFNE ", run.Out, StringComparison.Ordinal);

        using var coarse = FieldFile.Open(Path.Combine(folder, "coarse.nc"));
        using var fine = FieldFile.Open(Path.Combine(folder, "fine.nc"));
        Assert.Equal("w(time=1, y=16, x=16)", coarse.Variable("w").ToString());
        Assert.Equal("w(member=1, time=1, y=64, x=64)", fine.Variable("w").ToString());
        Assert.Equal(1500, fine.Attributes["reynolds"].Numbers[0]);
        Assert.Contains("flex demo", fine.Attributes["history"].Text, StringComparison.Ordinal);
        Assert.Contains("\nForecast from t = 1: 2 steps, 2 members\n  t + 0.5: RFNE ", run.Out, StringComparison.Ordinal);
        Assert.Contains("\n  t + 1.0: RFNE ", run.Out, StringComparison.Ordinal);

        var page = new ReadPage(Path.Combine(folder, ReportFolder.FileName));
        Assert.Equal(["Super-resolution, 16² → 64² points", "Forecast from t = 1: 2 steps, 2 members"], page.Chapters);
        Assert.Equal(["coarse.nc", "fine.nc", "report.html", "truth.nc"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Bad_input_is_one_line()
    {
        CommandLine.Run("demo", "--model", _samples["none.safetensors"]).AssertBadInput("none.safetensors");
        CommandLine.Run("demo", "--model", _samples.Model(), "--out", _samples.Model()).AssertBadInput("cannot write to the folder");
        CommandLine.Run("demo", "--smal").AssertBadInput("unknown option --smal", "--small");
    }
}
