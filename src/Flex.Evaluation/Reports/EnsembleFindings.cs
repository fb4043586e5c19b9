using Flex.Evaluation.Ensembles;
using static Flex.Evaluation.Reports.Html;

namespace Flex.Evaluation.Reports;

/// <summary>Looks for ensembles whose uncertainty is not to be trusted.</summary>
internal static class EnsembleFindings
{
    private const double LeastSpread = 0.8;
    private const double MostSpread = 1.25;
    private const double Collapsed = 0.1;
    private const double CoverageError = 0.05;
    private const double Level = 0.9;

    /// <summary>What is looked for.</summary>
    public const string Looked = "spread/skill outside 0.8–1.25, collapsed members, 90 % intervals whose coverage is off by more than 5 points";

    /// <summary>The findings.</summary>
    /// <param name="rows">The scores by name; null where there is none.</param>
    public static IEnumerable<Finding> Of(IEnumerable<(string Name, EnsembleScores? Scores)> rows)
    {
        var scored = EnsembleSection.Scored(rows);
        var narrow = scored.Where(row => row.Scores.SpreadSkill is < LeastSpread and >= Collapsed).ToList();
        var wide = scored.Where(row => row.Scores.SpreadSkill > MostSpread).ToList();
        var collapsed = scored.Where(row => row.Scores.SpreadSkill < Collapsed).ToList();
        var off = scored.Where(row => Math.Abs(Interval(row.Scores).Measured - Interval(row.Scores).Expected) > CoverageError).ToList();
        if (collapsed.Count > 0)
        {
            yield return new Finding(
                $"The members have collapsed: spread/skill {Listed(collapsed, scores => Ratio(scores.SpreadSkill))}.",
                "They are all but equal: the model ignores its noise. flex diagnose says more; weaken the strong conditioning, and calibrate.");
        }

        if (narrow.Count > 0)
        {
            yield return new Finding(
                $"Over-confident: spread/skill {Listed(narrow, scores => Ratio(scores.SpreadSkill))}.",
                "The members lie closer to each other than to the truth: do not read their spread as an uncertainty. Calibrate the model with flex calibrate, or a calibrate stage of its training.");
        }

        if (wide.Count > 0)
        {
            yield return new Finding(
                $"Over-dispersed: spread/skill {Listed(wide, scores => Ratio(scores.SpreadSkill))}.",
                "The members differ more than the truth allows: the mean is better than its spread says. Calibrate with such runs among the data, or take more sampling steps.");
        }

        if (off.Count > 0)
        {
            yield return new Finding(
                $"The {Percent(Level)} interval holds the truth in {Listed(off, scores => Percent(Interval(scores).Measured))} of all points; {Percent(Interval(off[0].Scores).Expected)} is right for {off[0].Scores.Members} members.",
                "Calibrate the model; until then widen intervals by the ratio of skill to spread.");
        }
    }

    private static IntervalCoverage Interval(EnsembleScores scores) => scores.Coverage.First(interval => interval.Nominal == Level);

    private static string Listed(IEnumerable<(string Name, EnsembleScores Scores)> rows, Func<EnsembleScores, string> value) =>
        string.Join(", ", rows.Select(row => $"{value(row.Scores)} at {row.Name}"));
}
