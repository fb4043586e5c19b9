using Flex.Evaluation.Statistics;
using MathNet.Numerics.Distributions;

namespace Flex.Evaluation.Tests.Statistics;

public class BootstrapTests
{
    private static readonly double[] Sample = [1, 2, 3, 4, 10];

    /// <summary>Two values have three means, with probabilities ¼, ½, ¼: a central half lies in the middle one, 90 % at the ends.</summary>
    [Fact]
    public void The_percentile_interval_of_two_values_is_known()
    {
        Assert.Equal(new Interval(1, 1, 0.4), new Bootstrap { Level = 0.4 }.Percentile([new double[] { 0, 2 }], Mean));
        Assert.Equal(new Interval(0, 2, 0.9), new Bootstrap { Level = 0.9 }.Percentile([new double[] { 0, 2 }], Mean));
    }

    /// <summary>The bootstrap's standard error of a mean is std_n/√n: of many cases, the interval is mean ± 1.96 of it.</summary>
    [Fact]
    public void Intervals_of_the_mean_of_many_cases_are_Gaussian()
    {
        double[] cases = [.. Enumerable.Range(0, 400).Select(i => Normal.InvCDF(5, 2, (i + 0.5) / 400))];
        var half = 1.96 * 2 / 20;
        foreach (var interval in new[] { new Bootstrap().Percentile([cases], Mean)!, new Bootstrap().BiasCorrected([cases], Mean)! })
        {
            Assert.Equal(5 - half, interval.Lower, 0.02);
            Assert.Equal(5 + half, interval.Upper, 0.02);
        }
    }

    /// <summary>Of a mean, BCa's acceleration is the skewness over 6√n: a long tail above moves both ends up.</summary>
    [Fact]
    public void The_bias_corrected_interval_leans_towards_the_long_tail()
    {
        var bootstrap = new Bootstrap { Resamples = 20_000 };
        var (percentile, corrected) = (bootstrap.Percentile([Sample], Mean)!, bootstrap.BiasCorrected([Sample], Mean)!);
        Assert.True(corrected.Lower > percentile.Lower && corrected.Upper > percentile.Upper, $"{percentile} {corrected}");
    }

    [Fact]
    public void The_seed_makes_the_resamples()
    {
        var one = new Bootstrap { Seed = 1 }.BiasCorrected([Sample], Mean);
        Assert.Equal(one, new Bootstrap { Seed = 1 }.BiasCorrected([Sample], Mean));
        Assert.NotEqual(one, new Bootstrap { Seed = 2 }.BiasCorrected([Sample], Mean));
    }

    [Fact]
    public void Strata_keep_their_numbers_of_cases()
    {
        new Bootstrap { Resamples = 100 }.Percentile([new double[] { 1, 1 }, new double[] { 2, 2, 2 }], strata =>
        {
            Assert.Equal([2, 3], strata.Select(stratum => stratum.Count));
            Assert.All(strata[1], value => Assert.Equal(2, value));
            return 0;
        });
    }

    [Fact]
    public void A_statistic_that_cannot_vary_has_an_interval_without_width()
    {
        Assert.Equal(new Interval(3, 3, 0.95), new Bootstrap().BiasCorrected([new double[] { 3, 3, 3 }], Mean));
    }

    [Fact]
    public void One_case_and_a_statistic_that_is_no_number_have_no_interval()
    {
        Assert.Null(new Bootstrap().BiasCorrected([new double[] { 1, 2 }, new double[] { 3 }], Mean));
        Assert.Null(new Bootstrap().Percentile([new double[] { 1, double.NaN, 3 }], Mean));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Bootstrap { Resamples = 10 }.Percentile([Sample], Mean));
    }

    /// <summary>
    /// Of 95 % intervals from 40 Gaussian cases, about 94 % hold the true mean (the bootstrap's std has n in its
    /// denominator); 400 trials know that to within 1.2 %.
    /// </summary>
    [Fact]
    public void Intervals_hold_the_truth_as_often_as_they_say()
    {
        var random = new Random(7);
        var held = Enumerable.Range(0, 400).Count(_ =>
        {
            double[] cases = [.. Enumerable.Range(0, 40).Select(_ => Normal.InvCDF(0, 1, 1 - random.NextDouble()))];
            return new Bootstrap { Resamples = 400 }.BiasCorrected([cases], Mean)!.Contains(0);
        });
        Assert.InRange(held, 0.91 * 400, 0.975 * 400);
    }

    private static double Mean(IReadOnlyList<IReadOnlyList<double>> strata) => strata.Average(stratum => stratum.Average());
}
