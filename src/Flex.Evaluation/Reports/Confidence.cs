using Flex.Evaluation.Statistics;
using static Flex.Evaluation.Reports.Html;

namespace Flex.Evaluation.Reports;

/// <summary>Words what the data leave open about a ratio of errors.</summary>
internal static class Confidence
{
    /// <summary>A sentence with a blank before it; none without an interval.</summary>
    /// <param name="against">The comparison with the baseline.</param>
    public static string Sentence(PairedComparison? against) => against?.QuotientInterval is { } interval
        ? Say($" The {Percent(interval.Level)} confidence interval of the ratio is {interval.Lower:0.000} to {interval.Upper:0.000}, from resampling {against.Clusters} {(against.Resampled == ResamplingUnit.Runs ? "runs" : "times of runs")}.")
        : "";
}
