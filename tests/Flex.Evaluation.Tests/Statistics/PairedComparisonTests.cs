using Flex.Evaluation.Statistics;

namespace Flex.Evaluation.Tests.Statistics;

public class PairedComparisonTests
{
    [Fact]
    public void Every_stratum_counts_once()
    {
        var pairs = PairedComparison.Of(
            [Case(250, "a", 1, 1, 2), Case(250, "a", 2, 3, 2), Case(500, "b", 1, 4, 1)], new Bootstrap());
        Assert.Equal((3, 3, ResamplingUnit.Times), (pairs.Cases, pairs.Clusters, pairs.Resampled));
        Assert.Equal((3.0, 1.5, -1.5), (pairs.First, pairs.Second, pairs.Difference));
        Assert.Equal((1 + 0.25) / 2, pairs.Quotient);
        Assert.Null(pairs.DifferenceInterval);
        Assert.Null(pairs.Differs);
    }

    /// <summary>Scores that vary tenfold between cases, and a second model that is better by 0.1 in all: only pairs show it.</summary>
    [Fact]
    public void A_small_difference_shows_among_cases_that_differ_much()
    {
        var pairs = PairedComparison.Of(
            [.. Enumerable.Range(1, 10).Select(i => Case(250, "a", i, i, i - (i % 2 == 0 ? 0.09 : 0.11)))], new Bootstrap());
        Assert.Equal(-0.1, pairs.Difference, 12);
        Assert.True(pairs.Differs);
        Assert.InRange(pairs.DifferenceInterval!.Lower, -0.11, -0.1);
        Assert.InRange(pairs.QuotientInterval!.Upper, 0.97, 1);
    }

    [Fact]
    public void Runs_are_resampled_where_every_stratum_has_two()
    {
        // Two runs without any difference between their times: the 95 % interval reaches from one run's score to the other's.
        PairedCase[] cases = [.. Enumerable.Range(0, 20).Select(t => Case(250, t % 2 == 0 ? "a" : "b", t, 0.5, t % 2))];
        var pairs = PairedComparison.Of(cases, new Bootstrap());
        Assert.Equal((20, 2, ResamplingUnit.Runs), (pairs.Cases, pairs.Clusters, pairs.Resampled));
        Assert.Equal(new Interval(-0.5, 0.5, 0.95), pairs.DifferenceInterval);
        Assert.False(pairs.Differs);
    }

    private static PairedCase Case(double reynolds, string run, double time, double first, double second) =>
        new(reynolds, run, time, first, second);
}
