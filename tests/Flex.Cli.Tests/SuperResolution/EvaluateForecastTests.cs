using System.Text.Json;
using Flex.IO;

namespace Flex.Cli.Tests.SuperResolution;

public sealed class EvaluateForecastTests : IDisposable
{
    private readonly Samples _samples = new();

    public void Dispose() => _samples.Dispose();

    [Fact]
    public void Runs_are_judged_against_persistence_as_table_json_and_folder()
    {
        var model = _samples.ForecastModel();
        _samples.Fields("b_re700.nc", 16, 24, times: 7, reynolds: "700");
        _samples.Fields("a_re900.nc", 16, 24, times: 7, reynolds: "900");
        var (json, folder) = (_samples["scores.json"], _samples["report"]);
        var run = CommandLine.Run(
            "evaluate", "--model", model, "--data", _samples["*_re*.nc"], "--lead", "3", "--starts", "1.5,2", "--members", "2", "--json", json, "--report", folder);
        Assert.Equal(ExitStatus.Success, run.Status);

        var scores = JsonDocument.Parse(File.ReadAllText(json)).RootElement;
        Assert.Equal("forecast.safetensors", scores.GetProperty("model").GetString());
        var rows = scores.GetProperty("reynolds").EnumerateArray().ToList();
        Assert.Equal([700, 900], rows.Select(r => r.GetProperty("reynolds").GetDouble()));
        Assert.Equal([1, 2, 3], rows[0].GetProperty("leads").EnumerateArray().Select(lead => lead.GetProperty("lead").GetInt32()));
        Assert.Equal(2, rows[0].GetProperty("leads")[0].GetProperty("cases").GetInt32());
        var forecasts = scores.GetProperty("forecasts").EnumerateArray().ToList();
        Assert.Equal(12, forecasts.Count);
        Assert.Equal([2, 2.5, 3, 2.5, 3, 3.5], forecasts.Take(6).Select(f => f.GetProperty("time").GetDouble()));

        Assert.Equal(["report.html"], Directory.GetFiles(folder).Select(Path.GetFileName));
        var page = new ReadPage(Path.Combine(folder, "report.html"));
        string[] sections = ["Failures found", "Errors by lead time", "Errors by Reynolds number", "Uncertainty", "Fields", "What was run"];
        Assert.Equal(sections, page.Sections.Except(["Worst case"]));
        Assert.Contains("b_re700", page.Text, StringComparison.Ordinal);

        // The present and three leads.
        var moving = Assert.Single(page.Pictures, png => png.AsSpan().IndexOf("acTL"u8) > 0);
        Assert.Equal([0, 0, 0, 4], moving.AsSpan(moving.AsSpan().IndexOf("acTL"u8) + 4, 4).ToArray());
        Assert.True(PngDecoder.Decode(moving).Width > 500);
    }

    [Fact]
    public void A_model_that_sees_what_the_flow_carries_along_is_judged_against_that_too()
    {
        var (model, data) = (_samples.ForecastModel(advection: true), _samples.Fields("re1.nc", 32, 32, times: 6));
        var run = CommandLine.Run("evaluate", "--model", model, "--data", data, "--lead", "2", "--json", _samples["scores.json"]);
        Assert.Equal(ExitStatus.Success, run.Status);
        Assert.Contains("RFNE(advect.)", run.Out, StringComparison.Ordinal);
        var errors = JsonDocument.Parse(File.ReadAllText(_samples["scores.json"])).RootElement.GetProperty("forecasts").EnumerateArray()
            .Select(forecast => forecast.GetProperty("errors").GetProperty("others").GetProperty("advection").GetDouble()).ToList();
        Assert.Equal(2, errors.Count);
        Assert.All(errors, error => Assert.InRange(error, 0.01, 10));
        Assert.NotEqual(errors[0], errors[1]);
        CommandLine.Run("evaluate", "--model", model, "--data", data, "--lead", "1", "--periodic", "y").AssertBadInput("do not wrap around", "--periodic y,x");
    }

    [Fact]
    public void Forecasts_start_where_the_past_suffices_unless_told_otherwise()
    {
        var run = CommandLine.Run(
            "evaluate", "--model", _samples.ForecastModel(), "--data", _samples.Fields("re1.nc", 16, 16, times: 22), "--json", "-");
        var forecasts = JsonDocument.Parse(run.Out).RootElement.GetProperty("forecasts");
        Assert.Equal(20, forecasts.GetArrayLength());
        Assert.Equal(1.5, forecasts[0].GetProperty("case").GetProperty("start").GetDouble());
    }

    [Fact]
    public void Every_forecast_has_a_seed_of_its_own()
    {
        var (model, data) = (_samples.ForecastModel(), _samples.Fields("re1.nc", 16, 16, times: 6));
        List<double> Errors(string starts, string seed) => [.. JsonDocument.Parse(CommandLine.Run(
            "evaluate", "--model", model, "--data", data, "--lead", "1", "--members", "2", "--starts", starts, "--seed", seed, "--json", "-").Out)
            .RootElement.GetProperty("forecasts").EnumerateArray().Select(forecast => forecast.GetProperty("errors").GetProperty("rfne").GetDouble())];
        var both = Errors("1.5,2", "7");
        Assert.Equal([.. Errors("1.5", "7"), .. Errors("2", "8")], both);
        Assert.NotEqual(Errors("2", "7")[0], both[1]);
    }

    /// <summary>The sample flow swings back and forth: persistence errs, and an untrained model is close to persistence.</summary>
    [Fact]
    public void Persistence_is_the_last_known_state()
    {
        var run = CommandLine.Run(
            "evaluate", "--model", _samples.ForecastModel(), "--data", _samples.Fields("re1.nc", 16, 16, times: 4), "--lead", "1", "--json", "-");
        var errors = JsonDocument.Parse(run.Out).RootElement.GetProperty("forecasts")[0].GetProperty("errors");
        Assert.InRange(errors.GetProperty("persistence_rfne").GetDouble(), 0.5, 0.9);
        Assert.InRange(errors.GetProperty("ratio").GetDouble(), 0.5, 1.5);
    }

    /// <summary>Five times have three with enough past and future for one step from two states.</summary>
    [Fact]
    public void Forecasts_from_all_times_are_judged_against_climatology_too()
    {
        var (model, data) = (_samples.ForecastModel(), _samples.Fields("re1.nc", 16, 16, times: 5, timeUnits: "days since 2000-01-01"));
        string[] asked = ["evaluate", "--model", model, "--data", data, "--lead", "1", "--starts", "all", "--baselines"];
        var run = CommandLine.Run([.. asked, $"climatology:{data}", "--json", "-"]);
        var forecasts = JsonDocument.Parse(run.Out).RootElement.GetProperty("forecasts").EnumerateArray().ToList();
        Assert.Equal([2, 2.5, 3], forecasts.Select(f => f.GetProperty("time").GetDouble()));
        Assert.All(forecasts, f => Assert.InRange(f.GetProperty("errors").GetProperty("others").GetProperty("climatology").GetDouble(), 0.01, 1));
        Assert.Contains("RFNE(climat.)", CommandLine.Run([.. asked, $"climatology:{data}"]).Out, StringComparison.Ordinal);
        CommandLine.Run([.. asked, "bilinear"]).AssertBadInput("persistence", "climatology");
    }

    [Theory]
    [InlineData("--lead", "0", "1 step or more")]
    [InlineData("--lead", "4", "no time 3.5")]
    [InlineData("--starts", "1", "no time 0.5")]
    [InlineData("--starts", "x", "is no number")]
    [InlineData("--times", "1", "--starts")]
    public void Bad_requests_are_named_before_anything_is_computed(string option, string value, string named)
    {
        var data = _samples.Fields("re1.nc", 16, 16, times: 5);
        string[] lead = option == "--lead" ? [] : ["--lead", "2"];
        CommandLine.Run(["evaluate", "--model", _samples.ForecastModel(), "--data", data, option, value, .. lead]).AssertBadInput(named);
    }

    [Fact]
    public void Models_are_asked_only_for_what_they_know()
    {
        var data = _samples.Fields("re1.nc", 16, 16, times: 5);
        CommandLine.Run("evaluate", "--model", _samples.Model(), "--data", data, "--lead", "2").AssertBadInput("does not forecast");
        CommandLine.Run("evaluate", "--model", _samples.Model(), "--data", data, "--starts", "2").AssertBadInput("--lead");
    }
}
