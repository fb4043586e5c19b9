using Flex.Evaluation.Ensembles;
using Flex.Evaluation.Statistics;

namespace Flex.Evaluation.Scores;

/// <summary>
/// Judges ensemble forecasts lead by lead against the truth and against persistence, grouped by Reynolds number. Leads
/// are added as they are forecast; their fields are not kept.
/// </summary>
public sealed class ForecastScore
{
    private readonly List<LeadScore> _leads = [];
    private readonly Dictionary<(double Reynolds, int Lead), EnsembleVerification?> _ensembles = [];

    /// <summary>Every lead of every forecast, in the order of adding.</summary>
    public IReadOnlyList<LeadScore> Leads => _leads;

    /// <summary>One curve per Reynolds number, ascending.</summary>
    public IReadOnlyList<LeadCurve> ByReynolds =>
        [.. _leads.GroupBy(lead => lead.Case.Reynolds).OrderBy(group => group.Key).Select(group => new LeadCurve(
            group.Key,
            [.. group.GroupBy(score => score.Lead).OrderBy(scores => scores.Key).Select(scores => MeanOf(scores.Key, [.. scores], _ensembles[(group.Key, scores.Key)]))]))];

    /// <summary>
    /// The mean over Reynolds numbers, each counting once however many forecasts it has; its <see cref="LeadMean.Ratio"/>
    /// is the mean of their ratios. Its ensemble scores are over all points of all forecasts.
    /// </summary>
    public LeadCurve Overall => new(
        null,
        [.. ByReynolds.SelectMany(curve => curve.Leads).GroupBy(mean => mean.Lead).OrderBy(means => means.Key).Select(means => new LeadMean(
            means.Key,
            means.Average(mean => mean.LeadTime),
            means.Sum(mean => mean.Cases),
            means.Average(mean => mean.Ratio),
            LeadErrors.Mean([.. means.Select(mean => mean.Errors)]))
        {
            Ensemble = Together(_ensembles.Where(entry => entry.Key.Lead == means.Key).Select(entry => entry.Value)),
        })]);

    /// <summary>Compares the RFNE (second) with persistence's (first) forecast by forecast, with confidence intervals.</summary>
    /// <param name="lead">Steps since the start, one that was forecast.</param>
    /// <param name="bootstrap">How intervals are made; null resamples with seed 0.</param>
    /// <returns>The comparison. Its quotient is the mean over Reynolds numbers of the ratios at that lead.</returns>
    public PairedComparison AgainstPersistence(int lead, Bootstrap? bootstrap = null) => PairedComparison.Of(
        [
            .. _leads.Where(score => score.Lead == lead).Select(score => new PairedCase(
                score.Case.Reynolds, score.Case.Run, score.Case.Start, score.Errors.PersistenceRfne, score.Errors.Rfne)),
        ],
        bootstrap ?? new Bootstrap());

    /// <summary>Adds one lead of one forecast.</summary>
    /// <param name="forecast">The forecast.</param>
    /// <param name="lead">Steps since its start, at least 1.</param>
    /// <param name="time">The time that was forecast.</param>
    /// <param name="truth">The true field at that time, any shape, flattened; NaN is masked.</param>
    /// <param name="persistence">The last known state: the truth at the start.</param>
    /// <param name="members">The members' fields at that time, as many for every lead and forecast.</param>
    /// <param name="others">The answers of further baselines, by name; the same names for every lead and forecast.</param>
    /// <returns>The score of this lead.</returns>
    /// <exception cref="ArgumentException">The fields differ in size, or the number of members is none or another than before.</exception>
    public LeadScore Add(
        ForecastCase forecast, int lead, double time, float[] truth, float[] persistence, IReadOnlyList<float[]> members,
        IReadOnlyDictionary<string, float[]>? others = null)
    {
        ArgumentNullException.ThrowIfNull(forecast);
        ArgumentNullException.ThrowIfNull(members);
        ArgumentOutOfRangeException.ThrowIfLessThan(lead, 1);
        if (_leads.Count > 0 && _leads[0].Errors.Members != members.Count)
        {
            throw new ArgumentException($"{members.Count} members after {_leads[0].Errors.Members}: their spreads cannot be averaged", nameof(members));
        }

        var errors = LeadErrors.Of(truth, persistence, members, others);
        var ensemble = members.Count > 1 && errors.NonFinite == 0 ? Verify(members, LeadErrors.Known(truth, persistence)) : null;
        var score = new LeadScore(forecast, lead, time, errors) { Ensemble = ensemble?.Scores };
        _leads.Add(score);
        Pool((forecast.Reynolds, lead), ensemble);
        return score;
    }

    private EnsembleVerification Verify(IReadOnlyList<float[]> members, float[] known)
    {
        var ensemble = new EnsembleVerification(members.Count, seed: (ulong)_leads.Count);
        ensemble.Add(members, known);
        return ensemble;
    }

    // An ensemble that blew up leaves no score to those that are pooled with it: the survivors would flatter.
    private void Pool((double Reynolds, int Lead) key, EnsembleVerification? ensemble)
    {
        if (!_ensembles.TryGetValue(key, out var pool))
        {
            _ensembles[key] = ensemble;
        }
        else if (pool is null || ensemble is null)
        {
            _ensembles[key] = null;
        }
        else
        {
            pool.Merge(ensemble);
        }
    }

    private static EnsembleScores? Together(IEnumerable<EnsembleVerification?> ensembles)
    {
        EnsembleVerification? all = null;
        foreach (var ensemble in ensembles)
        {
            if (ensemble is null)
            {
                return null;
            }

            (all ??= new EnsembleVerification(ensemble.Members)).Merge(ensemble);
        }

        return all?.Scores;
    }

    private static LeadMean MeanOf(int lead, LeadScore[] scores, EnsembleVerification? ensemble)
    {
        var errors = LeadErrors.Mean([.. scores.Select(score => score.Errors)]);
        return new LeadMean(lead, scores.Average(score => score.Time - score.Case.Start), scores.Length, errors.Ratio, errors)
        {
            Ensemble = ensemble?.Scores,
        };
    }
}
