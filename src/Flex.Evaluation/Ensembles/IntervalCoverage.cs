namespace Flex.Evaluation.Ensembles;

/// <summary>How often the truth lay in a central interval of the ensemble.</summary>
/// <remarks>
/// Truth and M members that are draws from one law are exchangeable, so that every rank of the truth has the probability
/// 1/(M + 1), and the interval between the order statistics k and M + 1 − k covers the truth with the probability
/// (M + 1 − 2k)/(M + 1), whatever the law. A nominal level in between two of these is interpolated linearly between
/// the two coverages, which keeps the expectation exact. A level above (M − 1)/(M + 1) is beyond the ensemble's range:
/// the range itself is taken, and <see cref="Expected"/> is less than <see cref="Nominal"/>.
/// </remarks>
/// <param name="Nominal">The level that was asked for, in (0, 1).</param>
/// <param name="Expected">The coverage of an ensemble of this size drawn from the truth's law.</param>
/// <param name="Measured">The coverage that was found; NaN without points.</param>
public sealed record IntervalCoverage(double Nominal, double Expected, double Measured)
{
    /// <summary>Reads the coverage off a rank histogram.</summary>
    /// <param name="nominal">The level, in [0.5, 1).</param>
    /// <param name="ranks">How often 0, 1, … M members lay below the truth; M ≥ 2.</param>
    /// <returns>The coverage.</returns>
    public static IntervalCoverage Of(double nominal, IReadOnlyList<long> ranks)
    {
        ArgumentNullException.ThrowIfNull(ranks);
        var bins = ranks.Count;
        var depth = Math.Max((1 - nominal) / 2 * bins, 1);
        var k = (int)depth;
        var weight = depth - k;
        var measured = Between(k) + (weight > 0 ? weight * (Between(k + 1) - Between(k)) : 0);
        return new IntervalCoverage(nominal, (bins - (2 * depth)) / bins, measured);

        double Between(int order) => (double)ranks.Skip(order).Take(bins - (2 * order)).Sum() / ranks.Sum();
    }
}
