using System.Text;
using System.Text.Json;
using static Flex.Evaluation.Scores.ReportText;

namespace Flex.Evaluation.Statistics;

/// <summary>Words comparisons and aggregates: tables to read, JSON for a script.</summary>
public static class ComparisonReport
{
    /// <summary>A line per score, of forecasts at round leads, and what was resampled.</summary>
    /// <param name="comparison">The comparison.</param>
    /// <returns>Lines, each with its end.</returns>
    public static string Table(ModelComparison comparison)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        var (text, scores) = (new StringBuilder(), comparison.Scores);
        text.Append($"first:  {comparison.First.Path} {comparison.First.Model}\nsecond: {comparison.Second.Path} {comparison.Second.Model}\n\n");
        string[] Lead(int lead, string value) => lead > 0 ? [value] : [];
        Line(text, ["score", .. Lead(scores[0].Lead, "lead"), "first", "second", "second-first", "from", "to", "second/first", "from", "to"]);
        foreach (var (name, lead, pairs) in scores.Where(score => IsRoundLead(score.Lead, scores[^1].Lead)))
        {
            Line(text,
            [
                name, .. Lead(lead, Plain(lead)), Significant(pairs.First), Significant(pairs.Second),
                Significant(pairs.Difference), .. Ends(pairs.DifferenceInterval), Number(pairs.Quotient), .. Ends(pairs.QuotientInterval),
            ]);
        }

        text.Append('\n').Append(Resampling(scores[0].Pairs));
        return text.ToString();
    }

    /// <summary>A line per score, of forecasts at round leads: mean, standard deviation, range, Student's interval.</summary>
    /// <param name="aggregate">The aggregate.</param>
    /// <returns>Lines, each with its end.</returns>
    public static string Table(SeedAggregate aggregate)
    {
        ArgumentNullException.ThrowIfNull(aggregate);
        var (text, scores) = (new StringBuilder(), aggregate.Scores);
        string[] Lead(int lead, string value) => lead > 0 ? [value] : [];
        Line(text, ["score", .. Lead(scores[0].Lead, "lead"), "trainings", "mean", "std", "min", "max", "from", "to"]);
        foreach (var (name, lead, _, summary) in scores.Where(score => IsRoundLead(score.Lead, scores[^1].Lead)))
        {
            Line(text,
            [
                name, .. Lead(lead, Plain(lead)), Plain(summary.Count), Significant(summary.Mean), Significant(summary.StandardDeviation),
                Significant(summary.Minimum), Significant(summary.Maximum), .. Ends(summary.Interval),
            ]);
        }

        return text.ToString();
    }

    /// <summary>The comparison with every lead.</summary>
    /// <param name="comparison">The comparison.</param>
    /// <returns>One JSON object.</returns>
    public static string Json(ModelComparison comparison)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        return JsonSerializer.Serialize(
            new { First = Origin(comparison.First), Second = Origin(comparison.Second), comparison.Scores }, JsonOptions);
    }

    /// <summary>The aggregate with every lead.</summary>
    /// <param name="aggregate">The aggregate.</param>
    /// <returns>One JSON object.</returns>
    public static string Json(SeedAggregate aggregate)
    {
        ArgumentNullException.ThrowIfNull(aggregate);
        return JsonSerializer.Serialize(new { Files = aggregate.Files.Select(Origin), aggregate.Scores }, JsonOptions);
    }

    /// <summary>What an interval was made of.</summary>
    internal static string Resampling(PairedComparison pairs) => pairs.DifferenceInterval is { } interval
        ? $"{Plain(100 * interval.Level)} % confidence, from resampling {pairs.Clusters} {(pairs.Resampled == ResamplingUnit.Runs ? "runs" : "times of runs")}\n"
        : "no confidence intervals: every Reynolds number needs two runs or times\n";

    private static string[] Ends(Interval? interval) =>
        interval is null ? ["-", "-"] : [Significant(interval.Lower), Significant(interval.Upper)];

    private static object Origin(EvaluationFile file) => new { file.Path, file.Model };
}
