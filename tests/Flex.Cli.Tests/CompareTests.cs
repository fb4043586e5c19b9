using System.Text.Json;
using Flex.Evaluation.Scores;

namespace Flex.Cli.Tests;

public sealed class CompareTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("flex-compare-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Two_models_are_compared_case_by_case()
    {
        var (one, other) = (Scores("one.json", 0.5f, times: 3), Scores("other.json", 0.25f, times: 3));
        var run = CommandLine.Run("compare", one, other);
        Assert.Equal(ExitStatus.Success, run.Status);
        Assert.Contains("95 % confidence, from resampling 3 times of runs", run.Out, StringComparison.Ordinal);
        var rfne = JsonDocument.Parse(CommandLine.Run("compare", one, other, "--json", "--level", "0.9").Out).RootElement.GetProperty("scores")[0];
        Assert.Equal(-0.125, rfne.GetProperty("pairs").GetProperty("difference").GetDouble());
        Assert.Equal(0.9, rfne.GetProperty("pairs").GetProperty("difference_interval").GetProperty("level").GetDouble());
    }

    [Fact]
    public void Trainings_of_one_setting_are_aggregated()
    {
        var run = CommandLine.Run("compare", "--seeds", Scores("1.json", 0.5f, 2), Scores("2.json", 1, 2), Scores("3.json", 1.5f, 2));
        Assert.Equal(ExitStatus.Success, run.Status);
        Assert.Equal(["RFNE", "3", "0.5", "0.25"], run.Out.Split('\n')[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[..4]);
    }

    [Fact]
    public void Bad_requests_are_one_line()
    {
        var (one, longer) = (Scores("one.json", 0.5f, 1), Scores("longer.json", 0.5f, 2));
        CommandLine.Run("compare", one, longer).AssertBadInput("same cases", "run at time 1");
        CommandLine.Run("compare", one).AssertBadInput("give two", "--seeds");
        CommandLine.Run("compare", one, one, one).AssertBadInput("give two");
        CommandLine.Run("compare", one, one, "--level", "95").AssertBadInput("between 0 and 1");
        CommandLine.Run("compare", one, one, "--resamples", "3").AssertBadInput("100");
        CommandLine.Run("compare", one, Path.Combine(_folder, "none.json")).AssertBadInput("none.json");
    }

    /// <summary>An offset d at one point of four is an RFNE of d/2.</summary>
    private string Scores(string name, float offset, int times)
    {
        var score = new SuperResolutionScore();
        for (var time = 0; time < times; time++)
        {
            score.Add("run", 250, time, 2, 2, [1, -1, 1, -1], [3, -1, 1, -1], [[1 + offset, -1, 1, -1]]);
        }

        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, SuperResolutionReport.Json(score));
        return path;
    }
}
