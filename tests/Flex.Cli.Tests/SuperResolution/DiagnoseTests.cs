using System.Text.Json;

namespace Flex.Cli.Tests.SuperResolution;

public sealed class DiagnoseTests : IDisposable
{
    private readonly Samples _samples = new();

    public void Dispose() => _samples.Dispose();

    [Fact]
    public void An_untrained_model_is_told_its_failures()
    {
        var run = CommandLine.Run("diagnose", _samples.Model(), "--data", _samples.Fields("truth.nc", 64, 64));
        Assert.Equal(ExitStatus.Success, run.Status);
        Assert.Contains("found  blur: a member's error is ", run.Out, StringComparison.Ordinal);
        Assert.Contains("\n       raise weak_levels", run.Out, StringComparison.Ordinal);
        Assert.Contains("no     posterior collapse: ", run.Out, StringComparison.Ordinal);

        var json = CommandLine.Run("diagnose", _samples.Model(), "--data", _samples.Fields("truth.nc", 64, 64), "--members", "2", "--json");
        Assert.Equal(4, JsonDocument.Parse(json.Out).RootElement.GetArrayLength());
    }

    [Fact]
    public void A_forecast_is_examined_by_its_first_step()
    {
        var run = CommandLine.Run("diagnose", _samples.ForecastModel(), "--data", _samples.Fields("truth.nc", 32, 32, times: 4), "--starts", "all", "--members", "2");
        Assert.Equal(ExitStatus.Success, run.Status);
        Assert.Contains(" of persistence's, ", run.Out, StringComparison.Ordinal);
        Assert.Contains("seams: the error's steps", run.Out, StringComparison.Ordinal);
        Assert.Contains("2/2 forecasts", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_input_is_one_line()
    {
        CommandLine.Run("diagnose", _samples["none.safetensors"], "--data", _samples.Fields("truth.nc", 64, 64)).AssertBadInput("none.safetensors");
        CommandLine.Run("diagnose", _samples.Model(), "--data", _samples["none.nc"]).AssertBadInput("none.nc");
        CommandLine.Run("diagnose", _samples.Model(), "--data", _samples.Fields("truth.nc", 64, 64), "--members", "1").AssertBadInput("--members 1", "2 or more");
        CommandLine.Run("diagnose", _samples.Model(), "--data", _samples.Fields("truth.nc", 64, 64), "--starts", "1").AssertBadInput("does not forecast");
        CommandLine.Run("diagnose", _samples.ForecastModel(), "--data", _samples.Fields("truth.nc", 64, 64), "--times", "1").AssertBadInput("--starts");
    }
}
