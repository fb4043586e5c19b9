using System.Text.Json;
using Flex.IO;

namespace Flex.Cli.Tests.SuperResolution;

public sealed class EvaluateTests : IDisposable
{
    private readonly Samples _samples = new();

    public void Dispose() => _samples.Dispose();

    [Fact]
    public void Runs_are_judged_against_bicubic_as_table_json_and_folder()
    {
        var model = _samples.Model();
        _samples.Fields("b_re700.nc", 16, 24, reynolds: "700");
        _samples.Fields("a_re900.nc", 16, 24, reynolds: "900");
        var (json, folder) = (_samples["scores.json"], _samples["report"]);
        var run = CommandLine.Run("evaluate", "--model", model, "--data", _samples["*_re*.nc"], "--times", "1.5", "--json", json, "--report", folder);
        Assert.Equal(ExitStatus.Success, run.Status);

        var scores = JsonDocument.Parse(File.ReadAllText(json)).RootElement;
        Assert.Equal("model.safetensors", scores.GetProperty("model").GetString());
        var rows = scores.GetProperty("reynolds").EnumerateArray().ToList();
        Assert.Equal([700, 900], rows.Select(r => r.GetProperty("reynolds").GetDouble()));
        Assert.Equal(rows.Average(r => r.GetProperty("ratio").GetDouble()), scores.GetProperty("mean_ratio").GetDouble(), 1e-12);
        Assert.Equal([1.5, 1.5], scores.GetProperty("fields").EnumerateArray().Select(f => f.GetProperty("time").GetDouble()));

        Assert.Equal(["report.html"], Directory.GetFiles(folder).Select(Path.GetFileName));
        var page = new ReadPage(Path.Combine(folder, "report.html"));
        Assert.Equal(["Failures found", "Errors", "Fields", "Spectra", "Worst cases", "What was run"], page.Sections);
        Assert.Contains("a_re900", page.Text, StringComparison.Ordinal);
        Assert.Contains($"flex evaluate --model {model} --data ", page.Text, StringComparison.Ordinal);
        Assert.Contains(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(model))), page.Text, StringComparison.Ordinal);
        Assert.Contains(scores.GetProperty("mean_ratio").GetDouble().ToString("F3", System.Globalization.CultureInfo.InvariantCulture), page.Text, StringComparison.Ordinal);

        // Three pictures of fields and three of errors, two bars and an input's: for each of two Reynolds numbers.
        Assert.Equal(18, page.Pictures.Count);
        Assert.All(page.Pictures, png => Assert.True(PngDecoder.Decode(png).Width > 100));
    }

    [Fact]
    public void A_report_of_an_ensemble_says_what_its_uncertainty_is_worth_and_shows_the_training()
    {
        var (model, folder) = (_samples.Model(), _samples["report"]);
        File.WriteAllText(_samples["model.jsonl"], "{\"step\": 1, \"loss\": 0.9}\n{\"step\": 2, \"loss\": 0.5}\n");
        var run = CommandLine.Run(
            "evaluate", "--model", model, "--data", _samples.Fields("it's & <b>.nc", 16, 16), "--times", "1", "--members", "2", "--report", folder);
        Assert.Equal((ExitStatus.Success, ""), (run.Status, run.Error.Contains("error", StringComparison.Ordinal) ? run.Error : ""));
        var page = new ReadPage(Path.Combine(folder, "report.html"));
        Assert.Equal(["Failures found", "Errors", "Uncertainty", "Fields", "Spectra", "Training", "What was run"], page.Sections);
        Assert.Contains("it's & <b>", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_on_standard_output_takes_the_place_of_the_table()
    {
        var run = CommandLine.Run("evaluate", "--model", _samples.Model(), "--data", _samples.Fields("re1.nc", 16, 16), "--json", "-");
        Assert.Equal(2, JsonDocument.Parse(run.Out).RootElement.GetProperty("fields").GetArrayLength());
    }

    [Fact]
    public void Ensembles_are_judged_by_what_their_uncertainty_is_worth()
    {
        var (json, fine) = (_samples["scores.json"], _samples.Fields("re1.nc", 16, 16));
        var run = CommandLine.Run("evaluate", "--model", _samples.Model(), "--data", fine, "--members", "2", "--json", json);
        Assert.Contains("pull width", run.Out, StringComparison.Ordinal);
        var ensemble = JsonDocument.Parse(File.ReadAllText(json)).RootElement.GetProperty("ensemble");
        Assert.Equal((2, 2 * 16 * 16), (ensemble.GetProperty("members").GetInt32(), ensemble.GetProperty("points").GetInt32()));
        Assert.Equal(3, ensemble.GetProperty("rank_histogram").GetArrayLength());
        Assert.Contains("energy score", CommandLine.Run("compare", json, json).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_input_is_one_line()
    {
        var (model, fine) = (_samples.Model(), _samples.Fields("fine.nc", 16, 16));
        void Refused(string[] words, params string[] options)
        {
            string[] defaults = ["--model", model, "--data", fine];
            var missing = defaults.Chunk(2).Where(pair => !options.Contains(pair[0])).SelectMany(pair => pair);
            CommandLine.Run(["evaluate", .. missing, .. options]).AssertBadInput(words);
        }

        Refused(["no file matches", "none.nc"], "--data", _samples["none.nc"]);
        File.WriteAllText(_samples["text.nc"], "no field");
        Refused(["text.nc"], "--data", _samples["text.nc"]);
        File.WriteAllBytes(_samples["cut.nc"], File.ReadAllBytes(fine)[..5000]);
        Refused(["cut.nc", "truncated"], "--data", _samples["cut.nc"]);
        Refused(["no variable 'u'"], "--var", "u");
        Refused(["dimensions"], "--var", "time");
        Refused(["missing"], "--data", _samples.Fields("nan.nc", 16, 16, missing: float.NaN));
        Refused(["not a multiple of 4"], "--data", _samples.Fields("odd.nc", 15, 16));
        Refused(["reynolds"], "--data", _samples.Fields("without.nc", 16, 16, reynolds: null));
        Refused(["no time 9"], "--times", "9");
        Refused(["none.safetensors"], "--model", _samples["none.safetensors"]);
        Refused(["unknown option --reports", "--report"], "--reports", "x");
        Refused(["cannot write", "text.nc"], "--report", _samples["text.nc"]);
        Refused(["cannot write to the folder /proc/self"], "--report", "/proc/self");
        Directory.CreateDirectory(_samples["taken/report.html"]);
        Refused(["report.html", "is a folder"], "--report", _samples["taken"]);
        Refused(["cannot write"], "--json", _samples["no/scores.json"], "--times", "1");
    }

    [Fact]
    public void Further_baselines_take_their_columns()
    {
        var (model, fine) = (_samples.Model(), _samples.Fields("fine.nc", 16, 16));
        var run = CommandLine.Run("evaluate", "--model", model, "--data", fine, "--baselines", "bilinear");
        Assert.Contains("  RFNE(bicubic)  RFNE(bilinear)           ratio\n", run.Out, StringComparison.Ordinal);
        CommandLine.Run("evaluate", "--model", model, "--data", fine, "--baselines", "nearest").AssertBadInput("'nearest'", "bilinear");
        CommandLine.Run("evaluate", "--model", model, "--data", fine, "--baselines", "bilinear,bilinear").AssertBadInput("twice");
        CommandLine.Run("evaluate", "--model", model, "--data", fine, "--baselines", $"climatology:{fine}").AssertBadInput("no date");
    }

    /// <summary>A side that is no multiple of the factor is judged where it does not wrap around.</summary>
    [Fact]
    public void Odd_sizes_are_cropped_to_the_truth()
    {
        var run = CommandLine.Run(
            "evaluate", "--model", _samples.Model(), "--data", _samples.Fields("odd.nc", 15, 18, times: 1), "--periodic", "none", "--json", "-");
        var field = JsonDocument.Parse(run.Out).RootElement.GetProperty("fields")[0];
        Assert.InRange(field.GetProperty("baseline_rfne").GetDouble(), 0, 1);
    }
}
