using Flex.Fields.NetCdf;

namespace Flex.Cli.Tests.SuperResolution;

/// <summary>Models of several variables on the command line.</summary>
public sealed class ChannelTests : IDisposable
{
    private readonly Samples _samples = new();

    public void Dispose() => _samples.Dispose();

    [Fact]
    public void Super_resolution_writes_every_variable()
    {
        var (model, coarse, fine) = (_samples.Model(variable: "u,v"), _samples.Fields("coarse.nc", 4, 8, variable: "u,v"), _samples["fine.nc"]);
        var run = CommandLine.Run("superres", "--model", model, "--in", coarse, "--out", fine, "--members", "2", "--stat", "members,std");
        Assert.Equal((ExitStatus.Success, $"{fine}: u, u_std, v, v_std, 2 member(s), 2 time(s), 16×32\n"), (run.Status, run.Out));
        using var file = FieldFile.Open(fine);
        Assert.Equal("v(member=2, time=2, y=16, x=32)", file.Variable("v").ToString());

        // The fields are the same, the noise is each channel's own.
        Assert.NotEqual(Read(file, "u"), Read(file, "v"));
    }

    [Fact]
    public void A_forecast_writes_every_variable()
    {
        var (model, history, output) = (_samples.ForecastModel(variable: "u,v"), _samples.Fields("history.nc", 16, 16, variable: "u,v"), _samples["out.nc"]);
        var run = CommandLine.Run("forecast", "--model", model, "--in", history, "--out", output, "--lead", "2");
        Assert.Equal((ExitStatus.Success, $"{output}: u, v, 1 member(s), 2 time(s), 16×16\n"), (run.Status, run.Out));
        using var file = FieldFile.Open(output);
        Assert.NotEqual(Read(file, "u"), Read(file, "v"));
    }

    [Fact]
    public void Another_number_of_variables_than_the_model_has_is_refused()
    {
        var (model, coarse) = (_samples.Model(variable: "u,v"), _samples.Fields("coarse.nc", 4, 4, variable: "u,v"));
        CommandLine.Run("superres", "--model", model, "--in", coarse, "--out", _samples["fine.nc"], "--var", "u").AssertBadInput("2 field(s)", "u,v");
        CommandLine.Run("superres", "--model", model, "--in", coarse, "--out", _samples["fine.nc"], "--var", "u,q").AssertBadInput("q");
    }

    private static float[] Read(FieldFile file, string variable)
    {
        var field = file.Field(variable);
        var values = new float[field.Height * field.Width];
        field.ReadWindow(0, 0, Fields.Grids.Window.Whole(field.Height, field.Width), values);
        return values;
    }
}
