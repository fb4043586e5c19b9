using System.Text;
using System.Text.Json;
using Flex.Evaluation.Spectra;
using static Flex.Evaluation.Scores.ReportText;

namespace Flex.Evaluation.Scores;

/// <summary>Words a <see cref="SuperResolutionScore"/>: a table to read, JSON for a script.</summary>
public static class SuperResolutionReport
{
    /// <summary>
    /// The table per Reynolds number, with the mean ratio as its last line and its confidence interval; of ensembles a second
    /// one that says what their uncertainty is worth.
    /// </summary>
    /// <param name="score">The score.</param>
    /// <returns>Lines, each with its end.</returns>
    public static string Table(SuperResolutionScore score)
    {
        ArgumentNullException.ThrowIfNull(score);
        var text = new StringBuilder();
        var reynolds = score.ByReynolds;
        var ensemble = score.Fields.Any(field => field.Members > 1);
        string[] others = [.. reynolds.SelectMany(row => row.Others.Keys).Distinct()];
        string[] Mean(string value) => ensemble ? [value] : [];
        Line(text, ["Re", "fields", "RFNE", .. Mean("RFNE(mean)"), $"RFNE({score.Baseline})", .. others.Select(name => $"RFNE({Short(name)})"), "ratio"]);
        foreach (var row in reynolds)
        {
            Line(text,
            [
                row.Reynolds == 0 ? "-" : Plain(row.Reynolds), Plain(row.Fields), Number(row.Rfne), .. Mean(Number(row.EnsembleMeanRfne)),
                Number(row.BaselineRfne), .. others.Select(name => Number(row.Others[name])), Number(row.Ratio),
            ]);
        }

        Line(text, ["mean", "", "", .. Mean(""), "", .. others.Select(_ => ""), Number(score.MeanRatio)]);
        text.Append(EnsembleTable.Uncertainty("mean ratio", score.AgainstBaseline()));
        EnsembleTable.Append(
            text, ["Re"], [.. reynolds.Select(row => (new[] { row.Reynolds == 0 ? "-" : Plain(row.Reynolds) }, row.Ensemble)), (["all"], score.Ensemble)]);
        return text.ToString();
    }

    /// <summary>The score with metrics, spectra and every field.</summary>
    /// <param name="score">The score.</param>
    /// <returns>One JSON object.</returns>
    public static string Json(SuperResolutionScore score)
    {
        ArgumentNullException.ThrowIfNull(score);
        var against = score.AgainstBaseline();
        return JsonSerializer.Serialize(
            new
            {
                score.Baseline,
                score.MeanRatio,
                MeanRatioInterval = against?.QuotientInterval,
                against?.Resampled,
                score.Ensemble,
                Reynolds = score.ByReynolds.Select(row => new
                {
                    row.Reynolds,
                    row.Fields,
                    row.Rfne,
                    row.EnsembleMeanRfne,
                    row.BaselineRfne,
                    row.Others,
                    row.Ratio,
                    row.Metrics,
                    row.BaselineMetrics,
                    row.Ensemble,
                    row.Agreement,
                    row.BaselineAgreement,
                    Energy = Spectra(row.Energy),
                    Enstrophy = Spectra(row.Enstrophy),
                }),
                score.Fields,
            },
            JsonOptions);
    }

    private static object? Spectra(SpectrumComparison? comparison) => comparison is null ? null : new
    {
        Truth = comparison.Truth.Shells,
        Baseline = comparison.Baseline.Shells,
        Sample = comparison.Sample.Shells,
        Bands = SpectralBand.Octaves(comparison.Sample, comparison.Truth)
            .Zip(SpectralBand.Octaves(comparison.Baseline, comparison.Truth), (sample, baseline) => new
            {
                sample.Low,
                sample.High,
                sample.RelativeError,
                BaselineRelativeError = baseline.RelativeError,
            }),
    };
}
