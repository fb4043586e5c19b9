using Flex.Cli.Info;
using FsCheck;
using FsCheck.Fluent;

namespace Flex.Cli.Tests;

public class RunningStatisticsTests
{
    [Fact]
    public void Agrees_with_a_case_worked_by_hand_and_skips_missing_values()
    {
        var statistics = new RunningStatistics();
        statistics.Add([1e9 + 1, double.NaN]);
        statistics.Add([double.NaN]);
        statistics.Add([1e9 + 3, 1e9 + 5]);
        Assert.Equal((3, 2, 1e9 + 1, 1e9 + 5, 1e9 + 3), (statistics.Count, statistics.Missing, statistics.Min, statistics.Max, statistics.Mean));
        Assert.Equal(Math.Sqrt(8.0 / 3), statistics.StandardDeviation, 1e-12);
    }

    [Fact]
    public void Nothing_has_no_mean()
    {
        var statistics = new RunningStatistics();
        Assert.True(double.IsNaN(statistics.Mean) && double.IsNaN(statistics.StandardDeviation) && double.IsNaN(statistics.Min));
    }

    [Fact]
    public void The_cut_into_blocks_does_not_matter()
    {
        var cases = from values in Gen.Choose(-1000, 1000).Select(n => n / 8.0).NonEmptyListOf()
                    from cut in Gen.Choose(0, values.Count)
                    select (values.ToArray(), cut);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var (whole, parts) = (new RunningStatistics(), new RunningStatistics());
            whole.Add(c.Item1);
            parts.Add(c.Item1.AsSpan(0, c.cut));
            parts.Add(c.Item1.AsSpan(c.cut));
            Assert.Equal((whole.Count, whole.Min, whole.Max), (parts.Count, parts.Min, parts.Max));
            Assert.Equal(whole.Mean, parts.Mean, 1e-10);
            Assert.Equal(whole.StandardDeviation, parts.StandardDeviation, 1e-10);
        }).QuickCheckThrowOnFailure();
    }
}
