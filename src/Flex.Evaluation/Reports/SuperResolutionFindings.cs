using Flex.Evaluation.Scores;
using Flex.Evaluation.Spectra;
using static Flex.Evaluation.Reports.Html;

namespace Flex.Evaluation.Reports;

/// <summary>Looks for the known failures of super-resolution in its score.</summary>
internal static class SuperResolutionFindings
{
    /// <summary>A band that holds less than this share of the enstrophy is blurred, and more than its inverse is noise.</summary>
    private const double LeastShare = 0.8;

    /// <summary>Of the true enstrophy: a band with less is rounding, in the truth as in the answer.</summary>
    private const double Negligible = 1e-5;

    /// <summary>What is looked for.</summary>
    public const string Looked =
        "values that are not finite, errors above the baseline’s, fine scales with too little or too much enstrophy; with an ensemble, " + EnsembleFindings.Looked;

    /// <summary>The findings, those of accuracy first.</summary>
    /// <param name="score">The score.</param>
    /// <param name="factor">s; null does not look at spectra.</param>
    public static IReadOnlyList<Finding> Of(SuperResolutionScore score, int? factor)
    {
        var rows = score.ByReynolds;
        var masked = score.Fields.Sum(field => field.Masked);
        var worse = rows.Where(row => row.Ratio >= 1).ToList();
        var findings = new List<Finding>();
        if (masked > 0)
        {
            findings.Add(new Finding(
                $"{masked} values are not finite.", "They are left out of all scores. Look at the model’s training log for NaN, and at the input for values far outside the training data."));
        }

        if (worse.Count > 0)
        {
            findings.Add(new Finding(
                $"No better than {score.Baseline} at {Flow.List(worse.Select(row => row.Reynolds))} (ratio {Ratio(worse.Max(row => row.Ratio))}).",
                "Is the field of the kind that the model was trained on, with its units and boundaries? If so, add such runs to the training data."));
        }

        if (factor is { } s)
        {
            AddFineScales(findings, [.. rows.Where(row => row.Enstrophy is not null)], s);
        }

        findings.AddRange(EnsembleFindings.Of(rows.Select(row => (Flow.Name(row.Reynolds), row.Ensemble))));
        return findings;
    }

    // The band that the coarse grid cannot hold and the model has to make up.
    private static void AddFineScales(List<Finding> findings, IReadOnlyList<ReynoldsScore> rows, int factor)
    {
        var shares = rows.Select(row => (row.Reynolds, Share: FineShare(row.Enstrophy!, factor))).ToList();
        var blurred = shares.Where(row => row.Share < LeastShare).ToList();
        var noisy = shares.Where(row => row.Share > 1 / LeastShare).ToList();
        if (blurred.Count > 0)
        {
            findings.Add(new Finding(
                $"Blurred beyond the coarse grid’s resolution at {Flow.List(blurred.Select(row => row.Reynolds))}: one sample holds {Percent(blurred.Min(row => row.Share))} of the true enstrophy there at the least.",
                "Calibrate the model (it sharpens the samples), train longer, or take a larger one; more sampling steps help too."));
        }

        if (noisy.Count > 0)
        {
            findings.Add(new Finding(
                $"Noise beyond the coarse grid’s resolution at {Flow.List(noisy.Select(row => row.Reynolds))}: one sample holds {Percent(noisy.Max(row => row.Share))} of the true enstrophy there at the most.",
                "Take more sampling steps, or a lower --eta."));
        }
    }

    // The octave above the coarse grid's Nyquist wavenumber.
    private static double FineShare(SpectrumComparison enstrophy, int factor)
    {
        var nyquist = (enstrophy.Truth.Shells.Count - 1) / (Math.Sqrt(2) * factor);
        double Sum(Spectrum spectrum) => spectrum.Shells.Where((_, k) => k > nyquist && k <= 2 * nyquist).Sum();
        return Sum(enstrophy.Truth) > Negligible * enstrophy.Truth.Total ? Sum(enstrophy.Sample) / Sum(enstrophy.Truth) : 1;
    }
}
