using MathNet.Numerics.Distributions;

namespace Flex.Evaluation.Statistics;

/// <summary>A number measured several times, once per training seed.</summary>
/// <param name="Count">How many times, n.</param>
/// <param name="Mean">The mean.</param>
/// <param name="StandardDeviation">The standard deviation with n − 1 in its denominator; NaN for one value.</param>
/// <param name="Minimum">The smallest value.</param>
/// <param name="Maximum">The largest value.</param>
/// <param name="Interval">
/// Student's interval of the mean, mean ± t·std/√n with n − 1 degrees of freedom (Student 1908, Biometrika 6, 1); null
/// for one value. It takes the values to be normally distributed, which few seeds cannot show.
/// </param>
public sealed record SampleSummary(
    int Count, double Mean, double StandardDeviation, double Minimum, double Maximum, Interval? Interval)
{
    /// <summary>Summarises values.</summary>
    /// <param name="values">At least one.</param>
    /// <param name="level">The interval's level, in (0, 1).</param>
    /// <returns>The summary.</returns>
    public static SampleSummary Of(IReadOnlyCollection<double> values, double level = 0.95)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfZero(values.Count, nameof(values));
        var (count, mean) = (values.Count, values.Average());
        var deviation = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (count - 1));
        if (count == 1)
        {
            return new SampleSummary(1, mean, double.NaN, mean, mean, null);
        }

        var half = StudentT.InvCDF(0, 1, count - 1, (1 + level) / 2) * deviation / Math.Sqrt(count);
        return new SampleSummary(count, mean, deviation, values.Min(), values.Max(), new Interval(mean - half, mean + half, level));
    }
}
