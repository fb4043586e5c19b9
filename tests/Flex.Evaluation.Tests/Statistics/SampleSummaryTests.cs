using Flex.Evaluation.Statistics;

namespace Flex.Evaluation.Tests.Statistics;

public class SampleSummaryTests
{
    /// <summary>Mean 3, std √2.5; Student's 97.5 % quantile of 4 degrees of freedom is 2.776 in every table.</summary>
    [Fact]
    public void Five_values_by_hand()
    {
        var summary = SampleSummary.Of([1, 2, 3, 4, 5]);
        Assert.Equal((5, 3.0, 1.0, 5.0), (summary.Count, summary.Mean, summary.Minimum, summary.Maximum));
        Assert.Equal(Math.Sqrt(2.5), summary.StandardDeviation, 14);
        Assert.Equal(3 - (2.776 * Math.Sqrt(0.5)), summary.Interval!.Lower, 3);
        Assert.Equal(3 + (2.776 * Math.Sqrt(0.5)), summary.Interval.Upper, 3);
    }

    [Fact]
    public void One_value_says_nothing_of_the_others()
    {
        var summary = SampleSummary.Of([2]);
        Assert.Equal((2.0, double.NaN), (summary.Mean, summary.StandardDeviation));
        Assert.Null(summary.Interval);
        Assert.Throws<ArgumentOutOfRangeException>(() => SampleSummary.Of([]));
    }
}
