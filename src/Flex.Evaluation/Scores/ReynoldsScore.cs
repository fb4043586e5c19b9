using Flex.Evaluation.Ensembles;
using Flex.Evaluation.Spectra;

namespace Flex.Evaluation.Scores;

/// <summary>How well the fields of one Reynolds number were super-resolved.</summary>
/// <param name="Reynolds">The Reynolds number.</param>
/// <param name="Fields">Number of fields.</param>
/// <param name="Rfne">The mean of the fields' RFNE.</param>
/// <param name="EnsembleMeanRfne">The mean of the RFNE of the fields' ensemble means.</param>
/// <param name="BaselineRfne">The mean of the baseline's RFNE.</param>
/// <param name="Metrics">All metrics of the samples, by name, pooled over the fields' points; SSIM is the mean over fields.</param>
/// <param name="BaselineMetrics">The same of the baseline.</param>
/// <param name="Energy">Energy spectra; null when every field has missing values.</param>
/// <param name="Enstrophy">Enstrophy spectra; null when every field has missing values.</param>
public sealed record ReynoldsScore(
    double Reynolds,
    int Fields,
    double Rfne,
    double EnsembleMeanRfne,
    double BaselineRfne,
    IReadOnlyDictionary<string, double> Metrics,
    IReadOnlyDictionary<string, double> BaselineMetrics,
    SpectrumComparison? Energy,
    SpectrumComparison? Enstrophy)
{
    /// <summary>The means of the further baselines' RFNE, by name.</summary>
    public IReadOnlyDictionary<string, double> Others { get; init; } = new Dictionary<string, double>();

    /// <summary>What the ensembles' uncertainty is worth, over all points of the fields; null for one member.</summary>
    public EnsembleScores? Ensemble { get; init; }

    /// <summary>Coherence with the truth and error by scale, over all members; empty where every field has missing values.</summary>
    public IReadOnlyList<AgreementBand> Agreement { get; init; } = [];

    /// <summary>The same of the baseline.</summary>
    public IReadOnlyList<AgreementBand> BaselineAgreement { get; init; } = [];

    /// <summary>The RFNE as a fraction of the baseline's, the quotient of the two means: below 1 is better.</summary>
    public double Ratio => Rfne / BaselineRfne;
}
