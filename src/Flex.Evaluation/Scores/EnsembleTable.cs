using System.Text;
using Flex.Evaluation.Ensembles;
using Flex.Evaluation.Statistics;
using static Flex.Evaluation.Scores.ReportText;

namespace Flex.Evaluation.Scores;

/// <summary>Words what ensembles' uncertainty is worth, and what is right beside it.</summary>
internal static class EnsembleTable
{
    private const double Level = 0.9;

    /// <summary>
    /// Adds an empty line and a table with a last line of what a perfect ensemble of so many members has; nothing where no row
    /// has scores.
    /// </summary>
    /// <param name="text">Where to.</param>
    /// <param name="heading">The titles of the columns that name a row.</param>
    /// <param name="rows">What names a row, and its scores; null where a forecast became infinite.</param>
    public static void Append(StringBuilder text, string[] heading, IReadOnlyList<(string[] Names, EnsembleScores? Scores)> rows)
    {
        if (rows.Select(row => row.Scores).OfType<EnsembleScores>().FirstOrDefault() is not { } any)
        {
            return;
        }

        text.Append('\n');
        Line(text, [.. heading, "spread/skill", "fair CRPS", $"in {Plain(100 * Level)} %", "pull width", "ranks off"]);
        foreach (var (names, scores) in rows)
        {
            Line(text,
            [
                .. names,
                .. scores is null
                    ? Enumerable.Repeat("-", 5)
                    : [Number(scores.SpreadSkill), Significant(scores.FairCrps), Number(At(scores).Measured), Number(scores.PullWidth), Number(scores.ReliabilityIndex)],
            ]);
        }

        Line(text, ["perfect", .. heading[1..].Select(_ => ""), Number(1), "", Number(At(any).Expected), Number(any.ExpectedPullWidth), Number(0)]);
    }

    /// <summary>A line with the interval of a ratio.</summary>
    public static string Uncertainty(string what, PairedComparison? against) => against?.QuotientInterval is { } interval
        ? $"{what}: {Number(interval.Lower)} to {Number(interval.Upper)} with {ComparisonReport.Resampling(against)}"
        : "";

    private static IntervalCoverage At(EnsembleScores scores) => scores.Coverage.First(coverage => coverage.Nominal == Level);
}
