using System.Text.Json;
using Flex.Evaluation.Scores;

namespace Flex.Evaluation.Tests.Scores;

public class SuperResolutionScoreTests
{
    // ‖truth‖ = 2 on a 2 × 2 grid; an offset d at one point is an RFNE of d/2.
    private static readonly float[] Truth = [1, -1, 1, -1];

    [Fact]
    public void Each_Reynolds_number_counts_once_in_the_mean_ratio()
    {
        var score = new SuperResolutionScore();
        score.Add("b", 500, 1, 2, 2, Truth, Off(1), [Off(0.5f)]);
        score.Add("a", 250, 1, 2, 2, Truth, Off(1), [Off(0.25f)]);
        score.Add("a", 250, 2, 2, 2, Truth, Off(2), [Off(0.5f)]);
        var rows = score.ByReynolds;
        Assert.Equal([250, 500], rows.Select(row => row.Reynolds));
        Assert.Equal((2, 0.1875, 0.75), (rows[0].Fields, rows[0].Rfne, rows[0].BaselineRfne));
        Assert.Equal([0.25, 0.5], rows.Select(row => row.Ratio));
        Assert.Equal(0.375, score.MeanRatio);
        Assert.Equal(["b", "a", "a"], score.Fields.Select(field => field.Run));
    }

    [Fact]
    public void Members_are_judged_alone_and_by_their_mean()
    {
        var score = new SuperResolutionScore().Add("a", 250, 1, 2, 2, Truth, Off(1), [Off(0.5f), Off(-0.5f)]);
        Assert.Equal((0.25, 0.0, 0.5, 2), (score.Rfne, score.EnsembleMeanRfne, score.Ratio, score.Members));
    }

    [Fact]
    public void Metrics_are_pooled_over_fields_and_members()
    {
        var score = new SuperResolutionScore();
        score.Add("a", 250, 1, 2, 2, Truth, Off(1), [Off(0.5f), Off(1)]);
        score.Add("a", 250, 2, 2, 2, Truth, Off(1), [Off(0), Off(0.5f)]);
        var row = Assert.Single(score.ByReynolds);
        Assert.Equal(2.0 / 16, row.Metrics["MAE"], 12);
        Assert.Equal(2.0 / 8, row.BaselineMetrics["MAE"], 12);
    }

    [Fact]
    public void Spectra_are_the_means_of_the_samples_spectra_and_not_of_their_mean()
    {
        // ω = ±cos x: each has the enstrophy ¼, their mean has none.
        float[] wave = [1, 0, -1, 0];
        float[] opposite = [-1, 0, 1, 0];
        var score = new SuperResolutionScore();
        score.Add("a", 250, 1, 1, 4, wave, [0, 0, 0, 0], [wave, opposite]);
        var enstrophy = Assert.Single(score.ByReynolds).Enstrophy!;
        Assert.Equal(0.25, enstrophy.Truth.Shells[1], 6);
        Assert.Equal(0.25, enstrophy.Sample.Shells[1], 6);
        Assert.Equal(0, enstrophy.Baseline.Total);
    }

    [Fact]
    public void Missing_points_are_counted_and_spare_the_other_metrics()
    {
        var score = new SuperResolutionScore();
        var field = score.Add("a", 250, 1, 2, 2, [1, float.NaN, 1, -1], [1, 1, 1, 0], [[1, 5, 1, -1]]);
        Assert.Equal((0.0, 1L), (field.Rfne, field.Masked));
        Assert.Equal(Math.Sqrt(1.0 / 3), field.BaselineRfne, 12);
        Assert.Null(Assert.Single(score.ByReynolds).Energy);
    }

    [Fact]
    public void Fields_of_different_size_are_refused()
    {
        var score = new SuperResolutionScore();
        Assert.Throws<ArgumentException>(() => score.Add("a", 1, 1, 2, 2, Truth, [1], [Off(0)]));
        Assert.Throws<ArgumentException>(() => score.Add("a", 1, 1, 2, 2, Truth, Truth, []));
        Assert.Throws<ArgumentException>(() => score.Add("a", 1, 1, 3, 2, Truth, Truth, [Truth]));
        Assert.Empty(score.Fields);
        Assert.Equal(double.NaN, score.MeanRatio);
    }

    [Fact]
    public void The_table_has_a_line_per_Reynolds_number_and_the_mean()
    {
        var score = new SuperResolutionScore();
        score.Add("a", 250, 1, 2, 2, Truth, Off(1), [Off(0.25f)]);
        score.Add("b", 500, 1, 2, 2, Truth, Off(1), [Off(0.5f)]);
        var lines = SuperResolutionReport.Table(score).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToArray();
        Assert.Equal(["Re", "fields", "RFNE", "RFNE(bicubic)", "ratio"], lines[0]);
        Assert.Equal(["250", "1", "0.1250", "0.5000", "0.2500"], lines[1]);
        Assert.Equal(["mean", "0.3750"], lines[3]);
    }

    [Fact]
    public void The_table_of_an_ensemble_shows_its_mean_too()
    {
        var score = new SuperResolutionScore();
        score.Add("a", 250, 1, 2, 2, Truth, Off(1), [Off(0.5f), Off(-0.5f)]);
        var lines = SuperResolutionReport.Table(score).Split('\n');
        Assert.Contains("RFNE(mean)", lines[0], StringComparison.Ordinal);
        Assert.Equal(["250", "1", "0.2500", "0.0000", "0.5000", "0.5000"], lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Single(lines[..3].Select(line => line.Length).Distinct());
    }

    /// <summary>
    /// Members ½ off on both sides at one point of four: variance ½ there and 0 elsewhere, no error of the mean; the other
    /// field's mean is 1 off at that point. The last line is what a perfect ensemble of two has.
    /// </summary>
    [Fact]
    public void The_table_of_an_ensemble_says_what_its_uncertainty_is_worth()
    {
        var score = new SuperResolutionScore();
        score.Add("a", 250, 1, 2, 2, Truth, Off(1), [Off(0.5f), Off(-0.5f)]);
        score.Add("b", 500, 1, 2, 2, Truth, Off(1), [Off(1.5f), Off(0.5f)]);
        var lines = SuperResolutionReport.Table(score).Split('\n');
        var blank = Array.IndexOf(lines, "");
        var rows = lines[(blank + 1)..^1].Select(line => line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).ToArray();
        Assert.Equal(["Re", "spread/skill", "fair CRPS", "in 90 %", "pull width", "ranks off"], rows[0]);
        Assert.Equal(["250", "500", "all", "perfect"], rows[1..].Select(row => row[0]));
        Assert.Equal(["Infinity", "0.8660", "1.2247"], rows[1..4].Select(row => row[1]));
        Assert.Equal(["perfect", "1.0000", "0.3333", "Infinity", "0.0000"], rows[4]);
    }

    [Fact]
    public void Ensembles_are_pooled_over_the_fields_of_a_Reynolds_number_and_over_all()
    {
        var score = new SuperResolutionScore();
        score.Add("a", 250, 1, 2, 2, Truth, Off(1), [Off(1), Off(3)]);
        score.Add("a", 250, 2, 2, 2, Truth, Off(1), [Off(0), Off(0)]);
        score.Add("b", 500, 1, 2, 2, Truth, Off(1), [Off(0), Off(0)]);
        Assert.Equal([8L, 4L], score.ByReynolds.Select(row => row.Ensemble!.Points));
        Assert.Equal(12, score.Ensemble!.Points);
        Assert.Equal((Math.Sqrt(4 / 8.0), Math.Sqrt(4 / 12.0)), (score.ByReynolds[0].Ensemble!.Skill, score.Ensemble.Skill));
        Assert.Equal(1, score.Fields[0].Ensemble!.Skill);
        Assert.Throws<ArgumentException>(() => score.Add("b", 500, 2, 2, 2, Truth, Off(1), [Off(0)]));
    }

    [Fact]
    public void One_sample_has_no_ensemble_scores()
    {
        var score = new SuperResolutionScore();
        score.Add("a", 250, 1, 2, 2, Truth, Off(1), [Off(1)]);
        Assert.Null(score.Ensemble);
        Assert.Null(score.Fields[0].Ensemble);
    }

    /// <summary>Ratios ¼ and ¾ of two times: resampled they are ¼, ½ or ¾, the outer ones in a quarter of the resamples each.</summary>
    [Fact]
    public void The_mean_ratio_has_an_interval_from_its_times()
    {
        var score = new SuperResolutionScore();
        score.Add("a", 250, 1, 2, 2, Truth, Off(1), [Off(0.25f)]);
        Assert.DoesNotContain("confidence", SuperResolutionReport.Table(score), StringComparison.Ordinal);
        score.Add("a", 250, 2, 2, 2, Truth, Off(1), [Off(0.75f)]);
        Assert.Equal(score.MeanRatio, score.AgainstBaseline()!.Quotient);
        Assert.Contains("mean ratio: 0.2500 to 0.7500 with 95 % confidence, from resampling 2 times of runs\n", SuperResolutionReport.Table(score), StringComparison.Ordinal);
        var root = JsonDocument.Parse(SuperResolutionReport.Json(score)).RootElement;
        Assert.Equal(0.25, root.GetProperty("mean_ratio_interval").GetProperty("lower").GetDouble());
        Assert.Equal("times", root.GetProperty("resampled").GetString());
    }

    [Fact]
    public void The_json_holds_rows_bands_and_fields()
    {
        var score = new SuperResolutionScore();
        score.Add("a", 250, 1.5, 2, 2, Truth, Truth, [Off(0.5f)]);
        var root = JsonDocument.Parse(SuperResolutionReport.Json(score)).RootElement;
        var row = root.GetProperty("reynolds")[0];
        Assert.Equal(250, row.GetProperty("reynolds").GetDouble());
        Assert.Equal(0.125, row.GetProperty("metrics").GetProperty("MAE").GetDouble());
        Assert.Equal("Infinity", row.GetProperty("ratio").GetString());
        Assert.Equal(1, row.GetProperty("enstrophy").GetProperty("bands")[0].GetProperty("low").GetInt32());
        Assert.Equal(1.5, root.GetProperty("fields")[0].GetProperty("time").GetDouble());
    }

    private static float[] Off(float offset) => [1 + offset, -1, 1, -1];
}
