using Flex.Torch.Random;
using MathNet.Numerics.Distributions;

namespace Flex.Evaluation.Statistics;

/// <summary>
/// Confidence intervals by resampling (Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapters 13 and
/// 14). What is drawn again, with replacement, are independent cases, runs or times that lie far apart, and never the
/// points of a field, which are not independent: intervals from points are far too narrow.
/// </summary>
/// <remarks>
/// Cases come in strata, the Reynolds numbers: every resample draws as many cases of a stratum as there are. The resamples
/// are a function of <see cref="Seed"/> and the numbers of cases.
/// </remarks>
public sealed record Bootstrap
{
    /// <summary>Number of resamples B, at least 100.</summary>
    public int Resamples { get; init; } = 5000;

    /// <summary>The intervals' level, in (0, 1).</summary>
    public double Level { get; init; } = 0.95;

    /// <summary>The seed of the resampling.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// The percentile interval: between the (1 ∓ level)/2 quantiles of the statistic over the resamples.
    /// </summary>
    /// <typeparam name="T">A case.</typeparam>
    /// <param name="strata">The cases by stratum.</param>
    /// <param name="statistic">The number of interest, as a function of such strata.</param>
    /// <returns>
    /// The interval; null where a stratum has one case, which says nothing of how cases differ, or where the statistic is
    /// not a number.
    /// </returns>
    public Interval? Percentile<T>(IReadOnlyList<IReadOnlyList<T>> strata, Func<IReadOnlyList<IReadOnlyList<T>>, double> statistic)
    {
        var tail = (1 - Level) / 2;
        return Replicates(strata, statistic) is { } replicates
            ? new Interval(Quantile(replicates, tail), Quantile(replicates, 1 - tail), Level)
            : null;
    }

    /// <summary>
    /// The bias-corrected and accelerated (BCa) interval, which moves the quantiles by the statistic's median bias and by
    /// how its standard error changes with its value (Efron 1987, J. Am. Stat. Assoc. 82, 171); the latter from leaving out
    /// one case at a time. It is the better choice for quotients and other skew statistics.
    /// </summary>
    /// <inheritdoc cref="Percentile{T}"/>
    public Interval? BiasCorrected<T>(IReadOnlyList<IReadOnlyList<T>> strata, Func<IReadOnlyList<IReadOnlyList<T>>, double> statistic)
    {
        if (Replicates(strata, statistic) is not { } replicates)
        {
            return null;
        }

        // Half of the ties count, so that a statistic of few distinct values has no bias of its own.
        var value = statistic(strata);
        var below = replicates.Sum(replicate => replicate < value ? 1.0 : replicate == value ? 0.5 : 0) / replicates.Length;
        if (below is 0 or 1)
        {
            return Percentile(strata, statistic);
        }

        var bias = Normal.InvCDF(0, 1, below);
        var acceleration = Acceleration(strata, statistic);
        var tail = (1 - Level) / 2;
        return new Interval(Quantile(replicates, Moved(tail)), Quantile(replicates, Moved(1 - tail)), Level);

        double Moved(double probability)
        {
            var z = bias + Normal.InvCDF(0, 1, probability);
            return Normal.CDF(0, 1, bias + (z / (1 - (acceleration * z))));
        }
    }

    /// <summary>The statistic of every resample, sorted (NaN first); null where nothing can be resampled.</summary>
    private double[]? Replicates<T>(IReadOnlyList<IReadOnlyList<T>> strata, Func<IReadOnlyList<IReadOnlyList<T>>, double> statistic)
    {
        ArgumentNullException.ThrowIfNull(strata);
        ArgumentNullException.ThrowIfNull(statistic);
        ArgumentOutOfRangeException.ThrowIfLessThan(Resamples, 100);
        if (strata.Count == 0 || strata.Any(stratum => stratum.Count < 2))
        {
            return null;
        }

        var generator = new CounterGenerator(Seed, stream: 0);
        var drawn = strata.Select(stratum => new T[stratum.Count]).ToArray();
        var replicates = new double[Resamples];
        for (var b = 0; b < replicates.Length; b++)
        {
            for (var s = 0; s < drawn.Length; s++)
            {
                for (var i = 0; i < drawn[s].Length; i++)
                {
                    drawn[s][i] = strata[s][generator.NextInt(drawn[s].Length)];
                }
            }

            replicates[b] = statistic(drawn);
        }

        Array.Sort(replicates);
        return double.IsNaN(replicates[0]) ? null : replicates;
    }

    /// <summary>Σd³ / (6 (Σd²)^1.5) over the jackknife's deviations d, those of a stratum about the stratum's own mean.</summary>
    private static double Acceleration<T>(IReadOnlyList<IReadOnlyList<T>> strata, Func<IReadOnlyList<IReadOnlyList<T>>, double> statistic)
    {
        var (squares, cubes) = (0.0, 0.0);
        for (var s = 0; s < strata.Count; s++)
        {
            var values = strata[s].Select((_, left) =>
            {
                IReadOnlyList<T>[] without = [.. strata];
                without[s] = [.. strata[s].Where((_, i) => i != left)];
                return statistic(without);
            }).ToArray();
            var mean = values.Average();
            squares += values.Sum(value => (mean - value) * (mean - value));
            cubes += values.Sum(value => Math.Pow(mean - value, 3));
        }

        return squares > 0 ? cubes / (6 * Math.Pow(squares, 1.5)) : 0;
    }

    /// <summary>The quantile by linear interpolation between order statistics (Hyndman and Fan 1996, type 7).</summary>
    private static double Quantile(double[] sorted, double probability)
    {
        var position = probability * (sorted.Length - 1);
        var below = (int)position;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((position - below) * (sorted[above] - sorted[below]));
    }
}
