using Flex.Evaluation.Ensembles;
using Flex.Evaluation.Metrics;
using Flex.Evaluation.Spectra;

namespace Flex.Evaluation.Scores;

/// <summary>The running sums behind a <see cref="ReynoldsScore"/>.</summary>
internal sealed class ReynoldsGroup
{
    private readonly List<FieldScore> _fields = [];
    private readonly MetricSet _metrics = new();
    private readonly MetricSet _baselineMetrics = new();
    private readonly SpectrumSums _energy = new();
    private readonly SpectrumSums _enstrophy = new();
    private readonly SpectralAgreement _agreement = new();
    private readonly SpectralAgreement _baselineAgreement = new();
    private readonly List<double> _similarity = [];
    private readonly List<double> _baselineSimilarity = [];
    private EnsembleVerification? _ensemble;

    /// <summary>Takes a field in.</summary>
    public void Add(
        FieldScore score, int height, int width, float[] truth, float[] baseline, IReadOnlyList<float[]> samples,
        EnsembleVerification? ensemble)
    {
        _fields.Add(score);
        _baselineMetrics.Add(baseline, truth);
        _baselineSimilarity.Add(StructuralSimilarity.Of(baseline, truth, height, width));
        foreach (var sample in samples)
        {
            _metrics.Add(sample, truth);
            _similarity.Add(StructuralSimilarity.Of(sample, truth, height, width));
        }

        if (ensemble is not null)
        {
            (_ensemble ??= new EnsembleVerification(ensemble.Members)).Merge(ensemble);
        }

        // A spectrum needs every value; a field with gaps counts in the metrics only.
        if (samples.Prepend(baseline).Prepend(truth).All(field => Array.TrueForAll(field, float.IsFinite)))
        {
            _energy.Add(field => IsotropicSpectrum.Energy(field, height, width), truth, baseline, samples);
            _enstrophy.Add(field => IsotropicSpectrum.Enstrophy(field, height, width), truth, baseline, samples);
            _agreement.Add(samples, truth, height, width);
            _baselineAgreement.Add([baseline], truth, height, width);
        }
    }

    /// <summary>The score so far.</summary>
    public ReynoldsScore Score(double reynolds) => new(
        reynolds,
        _fields.Count,
        _fields.Average(field => field.Rfne),
        _fields.Average(field => field.EnsembleMeanRfne),
        _fields.Average(field => field.BaselineRfne),
        With(_metrics.Values, _similarity),
        With(_baselineMetrics.Values, _baselineSimilarity),
        _energy.Comparison,
        _enstrophy.Comparison)
    {
        Others = _fields[0].Others.Keys.ToDictionary(name => name, name => _fields.Average(field => field.Others[name])),
        Ensemble = _ensemble?.Scores,
        Agreement = _agreement.Bands,
        BaselineAgreement = _baselineAgreement.Bands,
    };

    // Structural similarity is of whole fields: the mean over them, where other metrics pool their points.
    private static Dictionary<string, double> With(IReadOnlyDictionary<string, double> metrics, List<double> similarity) =>
        new(metrics) { ["SSIM"] = similarity.Average() };

    private sealed class SpectrumSums
    {
        private readonly MeanSpectrum _truth = new();
        private readonly MeanSpectrum _baseline = new();
        private readonly MeanSpectrum _sample = new();

        public SpectrumComparison? Comparison =>
            _truth.Count == 0 ? null : new SpectrumComparison(_truth.Value, _baseline.Value, _sample.Value);

        public void Add(Func<float[], Spectrum> spectrum, float[] truth, float[] baseline, IReadOnlyList<float[]> samples)
        {
            _truth.Add(spectrum(truth));
            _baseline.Add(spectrum(baseline));
            foreach (var sample in samples)
            {
                _sample.Add(spectrum(sample));
            }
        }
    }
}
