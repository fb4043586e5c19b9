using Flex.Evaluation.Ensembles;

namespace Flex.Evaluation.Tests.Ensembles;

public class IntervalCoverageTests
{
    [Fact]
    public void A_level_between_order_statistics_is_interpolated()
    {
        // M = 7, eight ranks: 50 % cuts off two ranks at each side, exactly; 60 % cuts off 1.6, between 75 % and 50 %.
        long[] ranks = [10, 1, 2, 3, 4, 5, 6, 9];
        Assert.Equal(new IntervalCoverage(0.5, 0.5, 14.0 / 40), IntervalCoverage.Of(0.5, ranks));
        var sixty = IntervalCoverage.Of(0.6, ranks);
        Assert.Equal(0.6, sixty.Expected, 12);
        Assert.Equal(((0.4 * 21) + (0.6 * 14)) / 40, sixty.Measured, 12);
    }

    [Fact]
    public void A_level_beyond_the_ensembles_range_is_the_range()
    {
        // Five members cover at most 4/6.
        var coverage = IntervalCoverage.Of(0.95, [1, 2, 2, 2, 2, 1]);
        Assert.Equal((0.95, 4.0 / 6, 0.8), (coverage.Nominal, coverage.Expected, coverage.Measured));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(16)]
    [InlineData(19)]
    [InlineData(64)]
    public void Flat_ranks_have_the_expected_coverage(int members)
    {
        long[] ranks = [.. Enumerable.Repeat(10L, members + 1)];
        Assert.All(new[] { 0.5, 0.66, 0.8, 0.9, 0.95 }, level =>
        {
            var coverage = IntervalCoverage.Of(level, ranks);
            Assert.Equal(coverage.Expected, coverage.Measured, 12);
            Assert.Equal(Math.Min(level, (members - 1.0) / (members + 1)), coverage.Expected, 12);
        });
    }
}
