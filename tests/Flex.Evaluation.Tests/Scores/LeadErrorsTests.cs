using Flex.Evaluation.Scores;

namespace Flex.Evaluation.Tests.Scores;

public class LeadErrorsTests
{
    // ‖truth‖ = 2 on four points; an offset d at one point is an RFNE of |d|/2 and an RMSE of |d|/2.
    private static readonly float[] Truth = [1, -1, 1, -1];

    [Fact]
    public void Members_are_judged_alone_by_their_mean_and_against_persistence()
    {
        var errors = LeadErrors.Of(Truth, Off(2), [Off(0.5f), Off(-0.5f)]);
        Assert.Equal((0.25, 0.0, 1.0, 0.25), (errors.Rfne, errors.EnsembleMeanRfne, errors.PersistenceRfne, errors.Ratio));
        Assert.Equal(1, errors.EnsembleMeanCorrelation, 12);
    }

    [Fact]
    public void Correlations_are_those_of_the_members_and_not_of_their_mean()
    {
        // Members 3x + 1 and −x: correlations 1 and −1; their mean x + ½ correlates fully.
        var errors = LeadErrors.Of(Truth, [1, 1, -1, -1], [[4, -2, 4, -2], [-1, 1, -1, 1]]);
        Assert.Equal(0, errors.Correlation, 12);
        Assert.Equal(1, errors.EnsembleMeanCorrelation, 12);
        Assert.Equal(0, errors.PersistenceCorrelation, 12);
    }

    [Fact]
    public void Spread_is_the_root_of_the_mean_variance_and_is_corrected_for_few_members()
    {
        // At one point of four the members lie 2 apart: variance 2, mean 2/4; their mean is 2 off: RMSE 1.
        var errors = LeadErrors.Of(Truth, Truth, [Off(1), Off(3)]);
        Assert.Equal(Math.Sqrt(0.5), errors.Spread, 6);
        Assert.Equal(1, errors.Skill, 12);
        Assert.Equal(Math.Sqrt(1.5 * 0.5), errors.SpreadSkill, 6);
    }

    [Fact]
    public void An_ensemble_of_draws_from_the_truths_law_has_as_much_spread_as_skill()
    {
        var random = new Random(1);
        float[] Draw() => [.. Enumerable.Range(0, 100_000).Select(_ => (float)(random.NextDouble() - 0.5))];
        Assert.Equal(1, LeadErrors.Of(Draw(), Draw(), [Draw(), Draw(), Draw()]).SpreadSkill, 0.01);
    }

    [Fact]
    public void One_member_has_no_spread()
    {
        var errors = LeadErrors.Of(Truth, Off(1), [Off(1)]);
        Assert.Equal((0.5, 0.5, 1.0), (errors.Rfne, errors.EnsembleMeanRfne, errors.Ratio));
        Assert.Equal(double.NaN, errors.Spread);
    }

    [Fact]
    public void Drift_is_the_members_second_moment_against_the_truths()
    {
        // Mean squares 4 and 16 of the members, 1 of the truth.
        var errors = LeadErrors.Of(Truth, Truth, [[2, 2, 2, 2], [4, 4, -4, -4]]);
        Assert.Equal((Math.Sqrt(10), 1.0), (errors.MemberRms, errors.TruthRms));
        Assert.Equal(Math.Sqrt(10), errors.RmsRatio);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_member_that_blew_up_is_counted_and_not_averaged_away(float value)
    {
        var errors = LeadErrors.Of(Truth, Off(1), [Truth, [1, value, value, -1]]);
        Assert.Equal(2, errors.NonFinite);
        Assert.All(
            new[] { errors.Rfne, errors.EnsembleMeanRfne, errors.Correlation, errors.EnsembleMeanCorrelation, errors.Spread, errors.Skill, errors.MemberRms, errors.Ratio },
            number => Assert.Equal(double.NaN, number));
        Assert.Equal((0.5, 1.0), (errors.PersistenceRfne, errors.TruthRms));
    }

    [Fact]
    public void Points_unknown_in_the_truth_or_at_the_start_are_masked_in_every_number()
    {
        var errors = LeadErrors.Of(
            [1, -1, 1, -1, float.NaN, 100], [1, -1, 1, 1, 100, float.NaN], [[1, -1, 1, 0, 100, float.NaN], [1, -1, 1, -2, float.NaN, 0]]);
        Assert.Equal(0, errors.NonFinite);
        Assert.Equal((0.5, 0.0, 1.0), (errors.Rfne, errors.EnsembleMeanRfne, errors.PersistenceRfne));
        Assert.Equal(Math.Sqrt(2.0 / 4), errors.Spread, 6);
        Assert.Equal(1, errors.TruthRms);
        Assert.Equal(Math.Sqrt((3 + 7) / 8.0), errors.MemberRms, 12);
    }

    [Fact]
    public void Errors_average_and_root_mean_squares_average_as_squares()
    {
        var mean = LeadErrors.Mean([
            LeadErrors.Of(Truth, Off(2), [Off(0), Off(2)]),
            LeadErrors.Of([2, -2, 2, -2], [0, 0, 0, 0], [[2, -2, 2, -2], [2, -2, 2, -2]]),
        ]);
        Assert.Equal((0.25, 1.0), (mean.Rfne, mean.PersistenceRfne));
        Assert.Equal(Math.Sqrt(0.25 / 2), mean.Skill, 12);
        Assert.Equal(Math.Sqrt(0.5 / 2), mean.Spread, 6);
        Assert.Equal(Math.Sqrt((1 + 4) / 2.0), mean.TruthRms, 12);
        Assert.Equal(2, mean.Members);
    }

    [Fact]
    public void Fields_of_different_size_and_no_members_are_refused()
    {
        Assert.Throws<ArgumentException>(() => LeadErrors.Of(Truth, Truth, []));
        Assert.Throws<ArgumentException>(() => LeadErrors.Of(Truth, Truth, [Truth, [1]]));
        Assert.Throws<ArgumentException>(() => LeadErrors.Of(Truth, [1], [Truth]));
    }

    private static float[] Off(float offset) => [1 + offset, -1, 1, -1];
}
