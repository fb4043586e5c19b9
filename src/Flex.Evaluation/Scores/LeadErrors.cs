using System.Collections.ObjectModel;
using Flex.Evaluation.Metrics;

namespace Flex.Evaluation.Scores;

/// <summary>
/// How far an ensemble forecast is from the truth at one lead, and how far its members are from one another.
/// </summary>
/// <remarks>
/// A member with a value that is not finite makes every number of the model NaN: the mean over those that survived
/// would flatter a forecast that blew up. Points where the truth or the last known state is NaN are masked.
/// </remarks>
/// <param name="Rfne">The mean over members of each member's RFNE.</param>
/// <param name="EnsembleMeanRfne">The RFNE of the mean over members.</param>
/// <param name="PersistenceRfne">The RFNE of the last known state.</param>
/// <param name="Correlation">The mean over members of each member's Pearson correlation with the truth.</param>
/// <param name="EnsembleMeanCorrelation">The correlation of the mean over members.</param>
/// <param name="PersistenceCorrelation">The correlation of the last known state.</param>
/// <param name="Spread">
/// The root of the mean over points of the members' variance (M − 1 in its denominator), in the field's unit; NaN for
/// one member.
/// </param>
/// <param name="Skill">The root mean square error of the mean over members, in the field's unit.</param>
/// <param name="MemberRms">The root mean square of the members' values, in the field's unit.</param>
/// <param name="TruthRms">The root mean square of the true values.</param>
/// <param name="Members">M, the number of members.</param>
/// <param name="NonFinite">Values that are NaN or infinite where truth and last known state are numbers, over all members.</param>
public sealed record LeadErrors(
    double Rfne,
    double EnsembleMeanRfne,
    double PersistenceRfne,
    double Correlation,
    double EnsembleMeanCorrelation,
    double PersistenceCorrelation,
    double Spread,
    double Skill,
    double MemberRms,
    double TruthRms,
    int Members,
    long NonFinite)
{
    /// <summary>The RFNE of further baselines, by name.</summary>
    public IReadOnlyDictionary<string, double> Others { get; init; } = ReadOnlyDictionary<string, double>.Empty;

    /// <summary>The mean over members of each one's anomaly correlation; null without the baseline "climatology".</summary>
    public double? AnomalyCorrelation { get; init; }

    /// <summary>The RFNE as a fraction of persistence's: below 1 is better.</summary>
    public double Ratio => Rfne / PersistenceRfne;

    /// <summary>
    /// √((M + 1)/M) · spread / skill: 1 where truth and members are draws from one law, below 1 where the ensemble is
    /// over-confident (Fortin et al. 2014, J. Hydrometeorology 15, 1708).
    /// </summary>
    public double SpreadSkill => Math.Sqrt((Members + 1.0) / Members) * Spread / Skill;

    /// <summary>The members' root mean square as a fraction of the truth's: 1 without drift.</summary>
    public double RmsRatio => MemberRms / TruthRms;

    /// <summary>Judges an ensemble.</summary>
    /// <param name="truth">The true field, any shape, flattened.</param>
    /// <param name="persistence">The last known state, of the same shape.</param>
    /// <param name="members">The members, at least one.</param>
    /// <param name="others">The answers of further baselines, by name.</param>
    /// <returns>The errors.</returns>
    /// <exception cref="ArgumentException">The fields differ in size, or there is no member.</exception>
    public static LeadErrors Of(
        float[] truth, float[] persistence, IReadOnlyList<float[]> members, IReadOnlyDictionary<string, float[]>? others = null)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(persistence);
        ArgumentNullException.ThrowIfNull(members);
        if (members.Count == 0 || members.Append(persistence).Any(field => field.Length != truth.Length))
        {
            throw new ArgumentException($"a forecast needs members and a last state of the truth's {truth.Length} values");
        }

        var known = Known(truth, persistence);
        var nonFinite = members.Sum(member => NonFiniteValues(member, known));
        var mean = MemberStatistics.Mean(members);
        double Model(Func<double> value) => nonFinite == 0 ? value() : double.NaN;
        return new LeadErrors(
            Model(() => members.Average(member => FieldMetric.Of<Rfne>(member, known))),
            Model(() => FieldMetric.Of<Rfne>(mean, known)),
            FieldMetric.Of<Rfne>(persistence, known),
            Model(() => members.Average(member => FieldMetric.Of<PearsonCorrelation>(member, known))),
            Model(() => FieldMetric.Of<PearsonCorrelation>(mean, known)),
            FieldMetric.Of<PearsonCorrelation>(persistence, known),
            Model(() => members.Count > 1 ? RootMeanSquare(MemberStatistics.StandardDeviation(members), known) : double.NaN),
            Model(() => FieldMetric.Of<RootMeanSquareError>(mean, known)),
            Model(() => Quadratic(members.Select(member => RootMeanSquare(member, known)))),
            RootMeanSquare(truth, known),
            members.Count,
            nonFinite)
        {
            Others = others is null or { Count: 0 }
                ? ReadOnlyDictionary<string, double>.Empty
                : others.ToDictionary(other => other.Key, other => FieldMetric.Of<Rfne>(other.Value, known)),
            AnomalyCorrelation = others is not null && others.TryGetValue("climatology", out var climatology)
                ? Model(() => members.Average(member => Metrics.AnomalyCorrelation.Of(member, known, climatology)))
                : null,
        };
    }

    /// <summary>
    /// The errors of several forecasts together: means of errors and correlations, root mean squares of what is a root
    /// mean square itself (variances average, standard deviations do not).
    /// </summary>
    /// <param name="errors">At least one, all of the same number of members.</param>
    /// <returns>The mean errors.</returns>
    public static LeadErrors Mean(IReadOnlyCollection<LeadErrors> errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        return new LeadErrors(
            errors.Average(e => e.Rfne),
            errors.Average(e => e.EnsembleMeanRfne),
            errors.Average(e => e.PersistenceRfne),
            errors.Average(e => e.Correlation),
            errors.Average(e => e.EnsembleMeanCorrelation),
            errors.Average(e => e.PersistenceCorrelation),
            Quadratic(errors.Select(e => e.Spread)),
            Quadratic(errors.Select(e => e.Skill)),
            Quadratic(errors.Select(e => e.MemberRms)),
            Quadratic(errors.Select(e => e.TruthRms)),
            errors.First().Members,
            errors.Sum(e => e.NonFinite))
        {
            Others = errors.First().Others is { Count: > 0 } first
                ? first.Keys.ToDictionary(name => name, name => errors.Average(e => e.Others[name]))
                : ReadOnlyDictionary<string, double>.Empty,
            AnomalyCorrelation = errors.All(e => e.AnomalyCorrelation is not null) ? errors.Average(e => e.AnomalyCorrelation) : null,
        };
    }

    /// <summary>The truth where it counts: NaN where it or the last known state is. One mask, so that all numbers are over the same points.</summary>
    internal static float[] Known(float[] truth, float[] persistence) =>
        [.. truth.Zip(persistence, (exact, last) => float.IsNaN(last) ? float.NaN : exact)];

    private static double Quadratic(IEnumerable<double> values) => Math.Sqrt(values.Average(value => value * value));

    private static long NonFiniteValues(float[] member, float[] known)
    {
        var count = 0L;
        for (var i = 0; i < known.Length; i++)
        {
            count += !float.IsNaN(known[i]) && !float.IsFinite(member[i]) ? 1 : 0;
        }

        return count;
    }

    private static double RootMeanSquare(float[] field, float[] known)
    {
        var (sum, count) = (0.0, 0L);
        for (var i = 0; i < field.Length; i++)
        {
            if (!float.IsNaN(known[i]))
            {
                sum += (double)field[i] * field[i];
                count++;
            }
        }

        return Math.Sqrt(sum / count);
    }
}
