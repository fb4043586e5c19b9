using Flex.Evaluation.Ensembles;
using Flex.Evaluation.Metrics;
using Flex.Evaluation.Statistics;

namespace Flex.Evaluation.Scores;

/// <summary>
/// Judges super-resolved vorticity fields against the truth and a baseline, grouped by Reynolds number. Fields are
/// added one after another and not kept.
/// </summary>
public sealed class SuperResolutionScore
{
    private readonly SortedDictionary<double, ReynoldsGroup> _groups = [];
    private readonly List<FieldScore> _fields = [];
    private EnsembleVerification? _ensemble;

    /// <summary>Creates an empty score.</summary>
    /// <param name="baseline">What the samples are compared with: "bicubic".</param>
    public SuperResolutionScore(string baseline = "bicubic") => Baseline = baseline;

    /// <summary>The name of the baseline.</summary>
    public string Baseline { get; }

    /// <summary>Every field, in the order of adding.</summary>
    public IReadOnlyList<FieldScore> Fields => _fields;

    /// <summary>One entry per Reynolds number, ascending.</summary>
    public IReadOnlyList<ReynoldsScore> ByReynolds => [.. _groups.Select(group => group.Value.Score(group.Key))];

    /// <summary>
    /// The headline: the mean over Reynolds numbers of <see cref="ReynoldsScore.Ratio"/>, each counting once however
    /// many fields it has. NaN while there is none.
    /// </summary>
    public double MeanRatio => _groups.Count > 0 ? ByReynolds.Average(score => score.Ratio) : double.NaN;

    /// <summary>What the ensembles' uncertainty is worth, over all points of all fields; null for one member.</summary>
    public EnsembleScores? Ensemble => _ensemble?.Scores;

    /// <summary>
    /// Compares the RFNE (second) with the baseline's (first) field by field; the quotient is <see cref="MeanRatio"/>, with its
    /// confidence interval.
    /// </summary>
    /// <param name="bootstrap">How intervals are made; null resamples with seed 0.</param>
    /// <returns>The comparison; null while there is no field.</returns>
    public PairedComparison? AgainstBaseline(Bootstrap? bootstrap = null) => _fields.Count == 0 ? null : PairedComparison.Of(
        [.. _fields.Select(field => new PairedCase(field.Reynolds, field.Run, field.Time, field.BaselineRfne, field.Rfne))],
        bootstrap ?? new Bootstrap());

    /// <summary>Adds a field.</summary>
    /// <param name="run">The run that it is of.</param>
    /// <param name="reynolds">Its Reynolds number.</param>
    /// <param name="time">Its time.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="truth">The true vorticity, row-major; NaN is masked.</param>
    /// <param name="baseline">The baseline's answer.</param>
    /// <param name="samples">The members of the model's answer, at least one, as many for every field.</param>
    /// <param name="others">The RFNE of further baselines by name, the same ones for every field.</param>
    /// <returns>The score of this field.</returns>
    /// <exception cref="ArgumentException">The fields differ in size, or the number of samples is none or another than before.</exception>
    public FieldScore Add(
        string run, double reynolds, double time, int height, int width,
        float[] truth, float[] baseline, IReadOnlyList<float[]> samples, IReadOnlyDictionary<string, double>? others = null)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(samples);
        if (samples.Count == 0 || truth.Length != height * width)
        {
            throw new ArgumentException($"{samples.Count} samples of a truth of {truth.Length} values on {height}×{width} points");
        }

        if (_fields.Count > 0 && _fields[0].Members != samples.Count)
        {
            throw new ArgumentException($"{samples.Count} samples after {_fields[0].Members}: their spreads cannot be pooled", nameof(samples));
        }

        var rfnes = samples.Select(sample => Judge(sample, truth)).ToArray();
        var ensemble = Verify(samples, truth);
        var score = new FieldScore(
            run, reynolds, time,
            rfnes.Average(rfne => rfne.Value),
            FieldMetric.Of<Rfne>(MemberStatistics.Mean(samples), truth),
            FieldMetric.Of<Rfne>(baseline, truth),
            samples.Count,
            rfnes.Sum(rfne => rfne.Masked))
        {
            Others = others ?? new Dictionary<string, double>(),
            Ensemble = ensemble?.Scores,
        };
        _fields.Add(score);
        if (!_groups.TryGetValue(reynolds, out var group))
        {
            _groups[reynolds] = group = new ReynoldsGroup();
        }

        group.Add(score, height, width, truth, baseline, samples, ensemble);
        if (ensemble is not null)
        {
            (_ensemble ??= new EnsembleVerification(samples.Count)).Merge(ensemble);
        }

        return score;
    }

    private EnsembleVerification? Verify(IReadOnlyList<float[]> samples, float[] truth)
    {
        if (samples.Count == 1)
        {
            return null;
        }

        var ensemble = new EnsembleVerification(samples.Count, seed: (ulong)_fields.Count);
        ensemble.Add(samples, truth);
        return ensemble;
    }

    private static Rfne Judge(float[] estimate, float[] truth)
    {
        var rfne = new Rfne();
        rfne.Add(estimate, truth);
        return rfne;
    }
}
