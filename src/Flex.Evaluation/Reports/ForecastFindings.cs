using Flex.Evaluation.Scores;
using static Flex.Evaluation.Reports.Html;

namespace Flex.Evaluation.Reports;

/// <summary>Looks for the known failures of forecasts in their score.</summary>
internal static class ForecastFindings
{
    /// <summary>The members' root mean square may differ from the truth's by this share.</summary>
    private const double MostDrift = 0.1;

    /// <summary>What is looked for.</summary>
    public const string Looked =
        "members that are not finite, errors above persistence’s at the first lead, a root mean square that drifts by more than 10 %, a useful range shorter than the forecast; with an ensemble, at the last lead, " + EnsembleFindings.Looked;

    /// <summary>The findings, those of accuracy first.</summary>
    /// <param name="score">The score.</param>
    public static IReadOnlyList<Finding> Of(ForecastScore score)
    {
        var curves = score.ByReynolds;
        var findings = new List<Finding>();
        void Add(IEnumerable<LeadCurve> found, Func<IReadOnlyList<LeadCurve>, Finding> word)
        {
            if (found.ToList() is [_, ..] list)
            {
                findings.Add(word(list));
            }
        }

        Add(curves.Where(curve => !curve.AllFinite), list => new Finding(
            $"Members blew up at {Names(list)}, the first at lead {list.Min(curve => curve.Leads.First(lead => lead.Errors.NonFinite > 0).Lead)}.",
            "Train with noise on the history (data.train.history_noise), so that the model learns to correct its own errors, or take more sampling steps."));
        Add(curves.Where(curve => curve.Leads[0].Ratio >= 1), list => new Finding(
            $"No better than persistence at the first lead at {Names(list)} (ratio {Ratio(list.Max(curve => curve.Leads[0].Ratio))}).",
            "Does the step of the data agree with the model’s? Is the field of the kind that it was trained on?"));
        Add(curves.Where(curve => Drift(curve) is { } lead && Math.Abs(lead.Errors.RmsRatio - 1) > MostDrift), list => new Finding(
            $"The members’ root mean square drifts at {Names(list)}: {string.Join(", ", list.Select(curve => Say($"{Drift(curve)!.Errors.RmsRatio:0.00} of the truth’s at lead {Drift(curve)!.Lead}")))}.",
            "Below 1 the members lose their fine scales, above they gain noise: train with noise on the history, and take more sampling steps; forecasts beyond this lead are not to be used for amplitudes."));
        Add(curves.Where(curve => curve.FirstLeadBelow(ForecastReport.UsefulCorrelation) is not null), list => new Finding(
            Say($"The correlation falls below {ForecastReport.UsefulCorrelation} at {Names(list)}, at lead {string.Join(", ", list.Select(curve => curve.FirstLeadBelow(ForecastReport.UsefulCorrelation)))}."),
            "Later leads say what the flow may look like, not where things are."));
        findings.AddRange(EnsembleFindings.Of(curves.Select(curve => (Flow.Name(curve.Reynolds ?? 0), curve.Leads[^1].Ensemble))));
        return findings;
    }

    private static string Names(IEnumerable<LeadCurve> curves) => Flow.List(curves.Select(curve => curve.Reynolds ?? 0));

    /// <summary>The finite lead where the root mean square is farthest from the truth's.</summary>
    private static LeadMean? Drift(LeadCurve curve) =>
        curve.Leads.Where(lead => double.IsFinite(lead.Errors.RmsRatio)).MaxBy(lead => Math.Abs(lead.Errors.RmsRatio - 1));
}
