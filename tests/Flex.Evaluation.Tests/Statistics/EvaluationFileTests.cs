using Flex.Evaluation.Scores;
using Flex.Evaluation.Statistics;

namespace Flex.Evaluation.Tests.Statistics;

public sealed class EvaluationFileTests : IDisposable
{
    private static readonly float[] Truth = [1, -1, 1, -1];
    private readonly string _folder = Directory.CreateTempSubdirectory("flex-compare-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Super_resolution_scores_come_back_case_by_case()
    {
        var file = EvaluationFile.Read(SuperResolution("a.json", [0.5f, 1], [1, 2]));
        var scores = file.Scores[new JudgedCase(250, "run", 2, 0)];
        Assert.Equal(2, file.Scores.Count);
        Assert.Equal(["RFNE", "RFNE(mean)", "fair CRPS", "energy score", "spread/skill"], scores.Keys);
        Assert.Equal(0.5, scores["RFNE"], 12);
    }

    [Fact]
    public void Forecasts_come_back_lead_by_lead_with_numbers_that_json_lacks()
    {
        var score = new ForecastScore();
        score.Add(new ForecastCase("run", 250, 1), 1, 1.5, Truth, Off(1), [Off(0.5f)]);
        score.Add(new ForecastCase("run", 250, 1), 2, 2, Truth, Off(1), [[float.NaN, 0, 0, 0]]);
        var file = EvaluationFile.Read(Write("f.json", ForecastReport.Json(score)));
        Assert.Equal(0.25, file.Scores[new JudgedCase(250, "run", 1, 1)]["RFNE"]);
        Assert.Equal(double.NaN, file.Scores[new JudgedCase(250, "run", 1, 2)]["RFNE"]);
    }

    [Fact]
    public void Two_models_are_compared_score_by_score()
    {
        var comparison = ModelComparison.Of(
            EvaluationFile.Read(SuperResolution("a.json", [0.5f, 1], [1, 2])), EvaluationFile.Read(SuperResolution("b.json", [0.25f, 0.75f], [1, 2])), new Bootstrap());
        var rfne = comparison.Scores[0];
        Assert.Equal(("RFNE", 0, 0.375, 0.25), (rfne.Score, rfne.Lead, rfne.Pairs.First, rfne.Pairs.Second));
        Assert.Equal(new Interval(-0.125, -0.125, 0.95), rfne.Pairs.DifferenceInterval);
        var lines = ComparisonReport.Table(comparison).Split('\n');
        Assert.Contains("b.json", lines[1], StringComparison.Ordinal);
        Assert.Equal(["RFNE", "0.375", "0.25", "-0.125", "-0.125", "-0.125", "0.6667"], lines[4].Split(' ', StringSplitOptions.RemoveEmptyEntries)[..7]);
        Assert.Contains("2 times of runs", lines[^2], StringComparison.Ordinal);
        Assert.Contains("\"difference_interval\"", ComparisonReport.Json(comparison), StringComparison.Ordinal);
    }

    [Fact]
    public void Different_cases_are_refused_by_name()
    {
        var (one, other) = (EvaluationFile.Read(SuperResolution("a.json", [0.5f], [1])), EvaluationFile.Read(SuperResolution("b.json", [0.5f, 1], [1, 2])));
        foreach (var act in new Action[] { () => ModelComparison.Of(one, other, new Bootstrap()), () => SeedAggregate.Of([other, one]) })
        {
            var message = Assert.Throws<InputException>(act).Message;
            Assert.Contains("run at time 2", message, StringComparison.Ordinal);
            Assert.Contains("b.json and ", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Trainings_are_aggregated()
    {
        float[] offsets = [0.5f, 1, 1.5f];
        var files = offsets.Select(offset => EvaluationFile.Read(SuperResolution($"{offset}.json", [offset], [1]))).ToList();
        var rfne = SeedAggregate.Of(files).Scores[0];
        Assert.Equal([0.25, 0.5, 0.75], rfne.Values);
        Assert.Equal((3, 0.5, 0.25), (rfne.Summary.Count, rfne.Summary.Mean, rfne.Summary.StandardDeviation));
        var line = ComparisonReport.Table(SeedAggregate.Of(files)).Split('\n')[1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["RFNE", "3", "0.5", "0.25", "0.25", "0.75"], line[..6]);
        Assert.Contains("\"standard_deviation\": 0.25", ComparisonReport.Json(SeedAggregate.Of(files)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no json", "is not what")]
    [InlineData("{}", "is not what")]
    [InlineData("{\"fields\": []}", "no judged fields")]
    [InlineData("{\"fields\": [{\"run\": 1}]}", "is not what")]
    public void Other_files_are_refused(string content, string words) =>
        Assert.Contains(words, Assert.Throws<InputException>(() => EvaluationFile.Read(Write("x.json", content))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_that_is_not_there_is_named() =>
        Assert.Contains("none.json", Assert.Throws<InputException>(() => EvaluationFile.Read(Path.Combine(_folder, "none.json"))).Message, StringComparison.Ordinal);

    /// <summary>Two members, so far off on both sides that each has an RFNE of half the offset.</summary>
    private string SuperResolution(string name, float[] offsets, double[] times)
    {
        var score = new SuperResolutionScore();
        foreach (var (offset, time) in offsets.Zip(times))
        {
            score.Add("run", 250, time, 2, 2, Truth, Off(2), [Off(offset), Off(-offset)]);
        }

        return Write(name, SuperResolutionReport.Json(score));
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static float[] Off(float offset) => [1 + offset, -1, 1, -1];
}
