namespace Flex.Evaluation.Statistics;

/// <summary>
/// Two scores on the same cases. Both suffer from the same hard cases, so that their difference is known far better than
/// either: it is the pairs that are resampled.
/// </summary>
/// <param name="Cases">Number of pairs.</param>
/// <param name="Clusters">Number of runs or times, the units of the resampling.</param>
/// <param name="Resampled">What was resampled.</param>
/// <param name="First">The first score: the mean over strata of the means over cases.</param>
/// <param name="Second">The second one.</param>
/// <param name="Difference">Second − first.</param>
/// <param name="DifferenceInterval">The interval of the difference (BCa); null where a stratum has one unit.</param>
/// <param name="Quotient">The mean over strata of the quotients second / first of the means over cases.</param>
/// <param name="QuotientInterval">The interval of the quotient (BCa); null where a stratum has one unit.</param>
public sealed record PairedComparison(
    int Cases,
    int Clusters,
    ResamplingUnit Resampled,
    double First,
    double Second,
    double Difference,
    Interval? DifferenceInterval,
    double Quotient,
    Interval? QuotientInterval)
{
    /// <summary>Whether the interval of the difference leaves out zero; null without an interval.</summary>
    public bool? Differs => DifferenceInterval is { } interval ? !interval.Contains(0) : null;

    /// <summary>Compares.</summary>
    /// <param name="cases">The pairs, at least one.</param>
    /// <param name="bootstrap">How intervals are made.</param>
    /// <returns>The comparison.</returns>
    public static PairedComparison Of(IReadOnlyCollection<PairedCase> cases, Bootstrap bootstrap)
    {
        ArgumentNullException.ThrowIfNull(cases);
        ArgumentNullException.ThrowIfNull(bootstrap);
        ArgumentOutOfRangeException.ThrowIfZero(cases.Count, nameof(cases));
        PairedCase[][] groups = [.. cases.GroupBy(pair => pair.Stratum).OrderBy(group => group.Key).Select(group => group.ToArray())];
        var unit = groups.All(group => group.DistinctBy(pair => pair.Run).Count() > 1) ? ResamplingUnit.Runs : ResamplingUnit.Times;
        IReadOnlyList<PairedCase[]>[] strata =
        [
            .. groups.Select(group => group
                .GroupBy(pair => unit == ResamplingUnit.Runs ? (pair.Run, 0) : (pair.Run, pair.Time))
                .Select(cluster => cluster.ToArray()).ToArray()),
        ];
        return new PairedComparison(
            cases.Count,
            strata.Sum(stratum => stratum.Count),
            unit,
            MeanOf(strata, pair => pair.First),
            MeanOf(strata, pair => pair.Second),
            DifferenceOf(strata),
            bootstrap.BiasCorrected(strata, DifferenceOf),
            QuotientOf(strata),
            bootstrap.BiasCorrected(strata, QuotientOf));
    }

    private static double DifferenceOf(IReadOnlyList<IReadOnlyList<PairedCase[]>> strata) =>
        MeanOf(strata, pair => pair.Second - pair.First);

    private static double QuotientOf(IReadOnlyList<IReadOnlyList<PairedCase[]>> strata) =>
        strata.Average(QuotientIn);

    private static double QuotientIn(IReadOnlyList<PairedCase[]> stratum) =>
        Pairs(stratum).Sum(pair => pair.Second) / Pairs(stratum).Sum(pair => pair.First);

    private static double MeanOf(IReadOnlyList<IReadOnlyList<PairedCase[]>> strata, Func<PairedCase, double> value) =>
        strata.Average(stratum => Pairs(stratum).Average(value));

    private static IEnumerable<PairedCase> Pairs(IReadOnlyList<PairedCase[]> stratum) => stratum.SelectMany(cluster => cluster);
}
