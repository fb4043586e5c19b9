using System.Text.Json;
using Flex.Evaluation.Scores;
using Flex.Evaluation.Statistics;

namespace Flex.Evaluation.Tests.Scores;

public class ForecastScoreTests
{
    // ‖truth‖ = 2 on four points; an offset d at one point is an RFNE of d/2.
    private static readonly float[] Truth = [1, -1, 1, -1];
    private static readonly float[] Uncorrelated = [1, 1, -1, -1];

    [Fact]
    public void Each_Reynolds_number_counts_once_in_the_mean_ratio()
    {
        var score = new ForecastScore();
        score.Add(new ForecastCase("b", 500, 1), 1, 1.5, Truth, Off(1), [Off(0.5f)]);
        score.Add(new ForecastCase("a", 250, 1), 1, 1.5, Truth, Off(1), [Off(0.25f)]);
        score.Add(new ForecastCase("a", 250, 2), 1, 2.5, Truth, Off(2), [Off(0.5f)]);
        var curves = score.ByReynolds;
        Assert.Equal([250.0, 500.0], curves.Select(curve => curve.Reynolds));
        var row = Assert.Single(curves[0].Leads);
        Assert.Equal((1, 0.5, 2, 0.25), (row.Lead, row.LeadTime, row.Cases, row.Ratio));
        Assert.Equal((0.1875, 0.75), (row.Errors.Rfne, row.Errors.PersistenceRfne));
        var overall = Assert.Single(score.Overall.Leads);
        Assert.Equal((3, 0.375), (overall.Cases, overall.Ratio));
        Assert.Equal((0.1875 + 0.25) / 2, overall.Errors.Rfne);
    }

    [Fact]
    public void Leads_are_sorted_however_they_were_added()
    {
        var score = new ForecastScore();
        var forecast = new ForecastCase("a", 250, 1);
        score.Add(forecast, 2, 1.5, Truth, Off(1), [Off(0.5f)]);
        score.Add(forecast, 1, 1.25, Truth, Off(1), [Off(0.25f)]);
        Assert.Equal([(1, 0.25, 0.25), (2, 0.5, 0.5)], score.Overall.Leads.Select(lead => (lead.Lead, lead.LeadTime, lead.Ratio)));
    }

    [Fact]
    public void The_first_useless_lead_is_the_first_below_the_threshold()
    {
        var curve = Forecast([Truth, Uncorrelated, Truth]).Overall;
        Assert.Equal(2, curve.FirstLeadBelow(0.9));
        Assert.Null(curve.FirstLeadBelow(-0.5));
        Assert.True(curve.AllFinite);
    }

    [Fact]
    public void A_forecast_that_blew_up_is_useless_and_not_finite()
    {
        var curve = Forecast([Truth, [1, -1, 1, float.NaN]]).Overall;
        Assert.Equal(2, curve.FirstLeadBelow(0.9));
        Assert.False(curve.AllFinite);
    }

    [Fact]
    public void Ensembles_of_different_size_are_not_mixed()
    {
        var score = Forecast([Truth]);
        Assert.Throws<ArgumentException>(() => score.Add(new ForecastCase("a", 1, 1), 1, 2, Truth, Truth, [Truth, Truth]));
        Assert.Throws<ArgumentOutOfRangeException>(() => score.Add(new ForecastCase("a", 1, 1), 0, 2, Truth, Truth, [Truth]));
        Assert.Single(score.Leads);
    }

    [Fact]
    public void The_tables_show_round_leads_and_the_last_and_a_line_per_Reynolds_number()
    {
        var lines = Lines(ForecastReport.Table(Forecast([Truth, Truth, Truth, Truth, Truth, Uncorrelated, Uncorrelated])));
        Assert.Equal(["lead", "time", "RFNE", "RFNE(persist.)", "ratio", "r", "rms/truth"], lines[0]);
        Assert.Equal(["1", "0.5000", "0.0000", "0.5000", "0.0000", "1.0000", "1.0000"], lines[1]);
        Assert.Equal(["1", "2", "3", "5", "7"], lines[1..6].Select(line => line[0]));
        Assert.Equal(["250", "1", "0.0000", "2.8284", "0.0000", "6", "1.0000", "yes"], lines[^1]);
    }

    [Fact]
    public void The_tables_of_an_ensemble_show_its_mean_and_spread()
    {
        var score = new ForecastScore();
        score.Add(new ForecastCase("a", 250, 1), 1, 1.5, Truth, Off(1), [Off(1), Off(3)]);
        var lines = Lines(ForecastReport.Table(score));
        Assert.Equal(["lead", "time", "RFNE", "RFNE(mean)", "RFNE(persist.)", "ratio", "r", "spread/skill", "rms/truth"], lines[0]);
        Assert.Equal("0.8660", lines[1][^2]);
        var reynolds = Array.FindIndex(lines, line => line[0] == "Re");
        Assert.Equal("0.8660", lines[reynolds + 1][^3]);
        Assert.Equal(["Re", "lead", "spread/skill"], lines[reynolds + 2][..3]);
        Assert.Equal(["all", "1", "0.8660"], lines[reynolds + 3][..3]);
        Assert.Equal(["250", "1", "0.8660"], lines[reynolds + 4][..3]);
        Assert.Equal("perfect", lines[^1][0]);
    }

    [Fact]
    public void A_correlation_that_holds_is_said_to_hold_beyond_the_last_lead() =>
        Assert.Contains("> 2", ForecastReport.Table(Forecast([Truth, Truth])), StringComparison.Ordinal);

    [Fact]
    public void The_json_holds_curves_and_forecasts()
    {
        var root = JsonDocument.Parse(ForecastReport.Json(Forecast([Off(0.25f), Uncorrelated]))).RootElement;
        Assert.Equal(0.25, root.GetProperty("mean_ratio").GetDouble());
        var curve = root.GetProperty("reynolds")[0];
        Assert.Equal((250, 2), (curve.GetProperty("reynolds").GetDouble(), curve.GetProperty("first_useless_lead").GetInt32()));
        Assert.True(curve.GetProperty("all_finite").GetBoolean());
        var lead = root.GetProperty("forecasts")[1];
        Assert.Equal("a", lead.GetProperty("case").GetProperty("run").GetString());
        Assert.Equal("NaN", lead.GetProperty("errors").GetProperty("spread").GetString());
        Assert.Equal(1, lead.GetProperty("errors").GetProperty("rms_ratio").GetDouble());
    }

    [Fact]
    public void Ensembles_are_pooled_over_forecasts_at_each_lead()
    {
        var score = new ForecastScore();
        score.Add(new ForecastCase("a", 250, 1), 1, 1.5, Truth, Off(1), [Off(1), Off(3)]);
        score.Add(new ForecastCase("a", 250, 2), 1, 2.5, Truth, [float.NaN, -1, 1, -1], [Off(0), Off(0)]);
        score.Add(new ForecastCase("b", 500, 1), 1, 1.5, Truth, Off(1), [Off(0), Off(0)]);
        score.Add(new ForecastCase("b", 500, 1), 2, 2, Truth, Off(1), [Off(0), Off(0)]);
        Assert.Equal((1.0, 4L), (score.Leads[0].Ensemble!.Skill, score.Leads[0].Ensemble!.Points));
        Assert.Equal((7L, 1L), (score.ByReynolds[0].Leads[0].Ensemble!.Points, score.ByReynolds[0].Leads[0].Ensemble!.Masked));
        Assert.Equal([11L, 4L], score.Overall.Leads.Select(mean => mean.Ensemble!.Points));
    }

    [Fact]
    public void An_ensemble_that_blew_up_leaves_no_score_to_those_pooled_with_it()
    {
        var score = new ForecastScore();
        score.Add(new ForecastCase("a", 250, 1), 1, 1.5, Truth, Off(1), [Off(1), Off(3)]);
        score.Add(new ForecastCase("a", 250, 2), 1, 2.5, Truth, Off(1), [Off(1), [float.NaN, 0, 0, 0]]);
        score.Add(new ForecastCase("b", 500, 1), 1, 1.5, Truth, Off(1), [Off(1), Off(3)]);
        Assert.Null(score.Leads[1].Ensemble);
        Assert.Equal([true, false], score.ByReynolds.Select(curve => curve.Leads[0].Ensemble is null));
        Assert.Null(score.Overall.Leads[0].Ensemble);
    }

    [Fact]
    public void The_ratio_has_an_interval_from_its_forecasts()
    {
        var score = new ForecastScore();
        score.Add(new ForecastCase("a", 250, 1), 1, 1.5, Truth, Off(1), [Off(0.25f)]);
        score.Add(new ForecastCase("b", 250, 1), 1, 1.5, Truth, Off(1), [Off(0.75f)]);
        var against = score.AgainstPersistence(1);
        Assert.Equal((0.5, ResamplingUnit.Runs), (against.Quotient, against.Resampled));
        Assert.Equal((0.25, 0.75), (against.QuotientInterval!.Lower, against.QuotientInterval.Upper));
        Assert.Equal(0.75, JsonDocument.Parse(ForecastReport.Json(score)).RootElement.GetProperty("mean_ratio_interval").GetProperty("upper").GetDouble());
    }

    /// <summary>A forecast of one member, against a persistence with an RFNE of ½.</summary>
    private static ForecastScore Forecast(IReadOnlyList<float[]> leads)
    {
        var score = new ForecastScore();
        for (var i = 0; i < leads.Count; i++)
        {
            score.Add(new ForecastCase("a", 250, 1), i + 1, 1 + ((i + 1) * 0.5), Truth, Off(1), [leads[i]]);
        }

        return score;
    }

    private static string[][] Lines(string table) =>
        [.. table.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))];

    private static float[] Off(float offset) => [1 + offset, -1, 1, -1];
}
