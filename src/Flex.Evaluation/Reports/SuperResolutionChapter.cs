using System.Xml.Linq;
using Flex.Evaluation.Figures;
using Flex.Evaluation.Scores;
using Flex.Evaluation.Spectra;
using static Flex.Evaluation.Reports.Html;

namespace Flex.Evaluation.Reports;

/// <summary>Words and draws a <see cref="SuperResolutionScore"/>.</summary>
public static class SuperResolutionChapter
{
    private const int MostReynolds = 8;

    /// <summary>The chapter; what was run is for the caller to add.</summary>
    /// <param name="title">What was judged.</param>
    /// <param name="score">The score of one field or more.</param>
    /// <param name="gallery">Its pictures.</param>
    /// <param name="factor">s.</param>
    /// <param name="gridSize">Points along the shorter side; null leaves spectra out, which fields with edges do not have.</param>
    /// <param name="training">The model's training curves, if known.</param>
    /// <param name="model">The model's name in tables and pictures.</param>
    /// <returns>The chapter.</returns>
    public static ReportChapter Of(
        string title, SuperResolutionScore score, FieldGallery gallery, int factor, int? gridSize, TrainingCurves? training, string model = "FLEX")
    {
        ArgumentNullException.ThrowIfNull(score);
        ArgumentNullException.ThrowIfNull(gallery);
        var rows = score.ByReynolds;
        var spectra = rows.Where(row => row is { Energy: not null, Enstrophy: not null }).ToList();
        ReportSection[] sections =
        [
            Finding.Section(SuperResolutionFindings.Of(score, gridSize is null ? null : factor), SuperResolutionFindings.Looked),
            new ReportSection("Errors", Errors(score, model), Metrics(score, model)),
            .. EnsembleSection.Of("Re", [.. rows.Select(row => (Flow.Name(row.Reynolds), row.Ensemble))]),
            gallery.Typical(score, model),
            .. gridSize is { } size && spectra.Count > 0 ? [Spectra(EvenChoice.Of(spectra, MostReynolds), size, factor, score.Baseline, model)] : Array.Empty<ReportSection>(),
            .. gallery.Worst(score, model),
            .. TrainingSection.Of(training),
        ];
        return new ReportChapter(title, Lead(score, rows, model), [.. Figures(score, rows)], sections);
    }

    private static string Lead(SuperResolutionScore score, IReadOnlyList<ReynoldsScore> rows, string model) => Say(
        $"{model}’s relative error is {score.MeanRatio:0.000} of {score.Baseline} interpolation’s{(rows.Count > 1 ? $", averaged over {rows.Count} Reynolds numbers" : "")} ({score.Fields.Count} field{(score.Fields.Count > 1 ? "s" : "")}, {Members(score)}).{Confidence.Sentence(score.AgainstBaseline())}");

    private static string Members(SuperResolutionScore score) => score.Fields[0].Members is > 1 and var members ? $"{members} members" : "one sample";

    private static IEnumerable<KeyFigure> Figures(SuperResolutionScore score, IReadOnlyList<ReynoldsScore> rows)
    {
        yield return new KeyFigure(Ratio(score.MeanRatio), $"error against {score.Baseline}", "below 1 is better");
        if (rows.Count > 1)
        {
            var (best, worst) = (rows.MinBy(row => row.Ratio)!, rows.MaxBy(row => row.Ratio)!);
            yield return new KeyFigure(
                $"{Ratio(best.Ratio)}…{Ratio(worst.Ratio)}", "from best to worst", $"{Flow.Name(best.Reynolds)} to {Flow.Name(worst.Reynolds)}");
        }

        else
        {
            yield return new KeyFigure(Number(rows[0].Rfne), "relative error of a sample", $"{score.Baseline} {Number(rows[0].BaselineRfne)}");
        }

        if (score.Fields[0].Members > 1)
        {
            var gain = 1 - rows.Average(row => row.EnsembleMeanRfne / row.Rfne);
            yield return new KeyFigure(Percent(gain), "less error by averaging", $"mean of {score.Fields[0].Members} members against one");
        }

        foreach (var figure in EnsembleSection.Figures(score.Ensemble))
        {
            yield return figure;
        }
    }

    private static XElement Errors(SuperResolutionScore score, string model)
    {
        var rows = score.ByReynolds;
        var ensemble = score.Fields.Any(field => field.Members > 1);
        string[] others = [.. rows.SelectMany(row => row.Others.Keys).Distinct()];
        string[] Mean(string text) => ensemble ? [text] : [];
        return Table(
            $"Relative error ‖x̂ − x‖/‖x‖ (RFNE) of whole fields, averaged over the fields of a Reynolds number. The ratio is that of one sample’s error to {score.Baseline}’s.",
            ["Re", "fields", score.Baseline, .. others, $"{model}, one sample", .. Mean("mean of members"), .. Mean("ratio of mean"), "ratio"],
            [
                .. rows.Select(row => (IReadOnlyList<object>)
                [
                    Flow.Number(row.Reynolds), Plain(row.Fields), Number(row.BaselineRfne), .. others.Select(name => Number(row.Others[name])),
                    Number(row.Rfne), .. Mean(Number(row.EnsembleMeanRfne)), .. Mean(Ratio(row.EnsembleMeanRfne / row.BaselineRfne)), Bar(row.Ratio),
                ]),
                .. rows.Count == 1 ? Array.Empty<IReadOnlyList<object>>() :
                [
                    [
                        "mean", "", "", .. others.Select(_ => ""), "", .. Mean(""),
                        .. Mean(Ratio(rows.Average(row => row.EnsembleMeanRfne / row.BaselineRfne))), Bar(score.MeanRatio),
                    ],
                ],
            ]);
    }

    private static XElement Metrics(SuperResolutionScore score, string model)
    {
        var rows = score.ByReynolds;
        string[] names = [.. rows[0].Metrics.Keys.Where(name => name != new Metrics.Rfne().Name)];
        return Table(
            $"Further metrics, pooled over all points: {score.Baseline} → one sample of {model}.",
            ["Re", .. names.Select(name => Title(name))],
            rows.Select(row => (IReadOnlyList<object>)
            [
                Flow.Number(row.Reynolds),
                .. names.Select(name => $"{Number(row.BaselineMetrics[name])} → {Number(row.Metrics[name])}"),
            ]));
    }

    private static string Title(string metric) => metric.Length is > 1 and <= 4 ? metric.ToUpperInvariant() : metric.Replace('_', ' ');

    private static ReportSection Spectra(IReadOnlyList<ReynoldsScore> rows, int size, int factor, string baseline, string model)
    {
        var octaves = rows.Select(row => (row.Reynolds, Bands: SpectralBand.Octaves(row.Enstrophy!.Sample, row.Enstrophy.Truth).Where(band => band.High < size / 2).ToList())).ToList();
        return new ReportSection(
            "Spectra",
            [
                Table(
                    "The share of the true enstrophy that one sample holds, by octaves of the wavenumber k: below 100 % is blur, above is noise.",
                    ["Re", .. octaves[0].Bands.Select(band => band.Low == band.High ? $"k = {band.Low}" : $"{band.Low}–{band.High}")],
                    octaves.Select(row => (IReadOnlyList<object>)[Flow.Number(row.Reynolds), .. row.Bands.Select(band => Percent(1 + band.RelativeError))])),
                PlotElement.Row(
                    AgreementPlots.Of(rows, size, factor, baseline), columns: 2,
                    Say($"Down to which scale {model}’s waves are the truth’s. Left: 1 where every wave is in phase with the truth’s, 0 where it is invented. Right: 0 is perfect, 1 is what a field without these waves has, 2 what invented waves of the right size have.")),
                .. rows.Select(row => PlotElement.Row(
                    [
                        .. SpectrumFigure.Compare(row.Energy!, row.Enstrophy!, size, factor, baseline, model).Plots,
                        SpectrumFigure.Shares(row.Enstrophy!, size, factor, baseline, model),
                    ],
                    columns: 3,
                    Say($"{Flow.Name(row.Reynolds)}. Truth, {baseline} and {model}; the dashed line is the coarse grid’s Nyquist wavenumber, beyond which {baseline} knows nothing. Right: the share of the true enstrophy, 1 is right."))),
            ]);
    }

    /// <summary>A ratio with a bar as long as it: 1 is the baseline.</summary>
    private static XElement Bar(double ratio) => Element(
        "span", "ratio", Element("span", "bar", new XAttribute("style", Say($"width: {Math.Clamp(double.IsNaN(ratio) ? 0 : ratio, 0, 1) * 4:0.00}em"))), Ratio(ratio));
}
