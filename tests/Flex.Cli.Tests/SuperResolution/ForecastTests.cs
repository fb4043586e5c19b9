using Flex.Fields.Grids;
using Flex.Fields.NetCdf;

namespace Flex.Cli.Tests.SuperResolution;

public sealed class ForecastTests : IDisposable
{
    private readonly Samples _samples = new();

    public void Dispose() => _samples.Dispose();

    [Fact]
    public void Members_and_statistics_are_written_at_the_times_that_are_foretold()
    {
        var (model, history, output) = (_samples.ForecastModel(), _samples.Fields("history.nc", 20, 24, times: 4), _samples["forecast.nc"]);
        var run = CommandLine.Run("forecast", "--model", model, "--in", history, "--out", output, "--lead", "3", "--members", "2", "--stat", "members,std");
        Assert.Equal((ExitStatus.Success, $"{output}: w, w_std, 2 member(s), 3 time(s), 20×24\n"), (run.Status, run.Out));

        using var file = FieldFile.Open(output);
        Assert.Equal("w(member=2, time=3, y=20, x=24)", file.Variable("w").ToString());
        Assert.Equal([3, 3.5, 4], file.Coordinate("time")!.Values);
        Assert.Equal("2.5", file.Attributes["flex_start"].Text);
        Assert.Equal("500", file.Attributes["reynolds"].Text);
        Assert.Equal(64, file.Attributes["flex_model_sha256"].Text!.Length);
    }

    [Fact]
    public void The_present_may_be_chosen()
    {
        var (model, history) = (_samples.ForecastModel(), _samples.Fields("history.nc", 16, 16, times: 5));
        Assert.Equal(0, CommandLine.Run("forecast", "--model", model, "--in", history, "--out", _samples["a.nc"], "--at", "2").Status);
        using var file = FieldFile.Open(_samples["a.nc"]);
        Assert.Equal([2.5], file.Coordinate("time")!.Values);

        // An untrained network says N = 0, so that the forecast is close to the snapshot that it starts from.
        using var source = FieldFile.Open(history);
        float[] present = new float[256], forecast = new float[256];
        source.Field("w").ReadWindow(2, 0, Window.Whole(16, 16), present);
        file.Field("w").ReadWindow(0, 0, Window.Whole(16, 16), forecast);
        Assert.InRange(present.Zip(forecast, (a, b) => Math.Abs(a - b)).Max(), 0, 1);
    }

    [Theory]
    [InlineData("--lead", "0", "1 step or more")]
    [InlineData("--at", "9", "no time 9")]
    [InlineData("--at", "1", "no time 0.5")]
    [InlineData("--members", "0", "1 or more")]
    [InlineData("--var", "q", "q")]
    public void Bad_requests_are_named(string option, string value, string named)
    {
        CommandLine.Run(
            "forecast", "--model", _samples.ForecastModel(), "--in", _samples.Fields("history.nc", 16, 16, times: 3), "--out", _samples["out.nc"], option, value)
            .AssertBadInput(named);
        Assert.False(File.Exists(_samples["out.nc"]));
    }

    [Fact]
    public void Missing_values_and_models_of_another_task_are_refused()
    {
        var (history, output) = (_samples.Fields("history.nc", 16, 16, times: 3), _samples["out.nc"]);
        CommandLine.Run("forecast", "--model", _samples.Model(), "--in", history, "--out", output).AssertBadInput("another task");
        CommandLine.Run("forecast", "--model", _samples.ForecastModel(), "--in", _samples.Fields("holes.nc", 16, 16, missing: float.NaN), "--out", output)
            .AssertBadInput("holes.nc", "missing");
        CommandLine.Run("forecast", "--model", _samples.ForecastModel(), "--in", _samples.Fields("one.nc", 16, 16, times: 1), "--out", output)
            .AssertBadInput("one.nc", "2 snapshots");
        Assert.False(File.Exists(output));
    }
}
