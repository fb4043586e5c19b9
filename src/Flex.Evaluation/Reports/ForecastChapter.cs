using System.Xml.Linq;
using Flex.Evaluation.Figures;
using Flex.Evaluation.Scores;
using static Flex.Evaluation.Reports.Html;

namespace Flex.Evaluation.Reports;

/// <summary>Words and draws a <see cref="ForecastScore"/>.</summary>
public static class ForecastChapter
{
    private const int MostLeads = 16;
    private const int MostReynolds = 8;

    /// <summary>The chapter; what was run is for the caller to add.</summary>
    /// <param name="title">What was judged.</param>
    /// <param name="score">The score of one lead or more.</param>
    /// <param name="gallery">Its pictures.</param>
    /// <param name="training">The model's training curves, if known.</param>
    /// <param name="model">The model's name in tables and pictures.</param>
    /// <returns>The chapter.</returns>
    /// <exception cref="InputException">gnuplot is missing or fails.</exception>
    public static ReportChapter Of(string title, ForecastScore score, ForecastGallery gallery, TrainingCurves? training, string model = "FLEX")
    {
        ArgumentNullException.ThrowIfNull(score);
        ArgumentNullException.ThrowIfNull(gallery);
        var overall = score.Overall;
        ReportSection[] sections =
        [
            Finding.Section(ForecastFindings.Of(score), ForecastFindings.Looked),
            new ReportSection("Errors by lead time", [ByLead(overall, model), .. Curves(score, model)]),
            new ReportSection("Errors by Reynolds number", ByReynolds(score)),
            .. Uncertainty(score, overall),
            gallery.Typical(model),
            .. gallery.Worst(model),
            .. TrainingSection.Of(training),
        ];
        return new ReportChapter(title, Lead(score, overall, model), [.. Figures(overall)], sections);
    }

    private static string Lead(ForecastScore score, LeadCurve overall, string model)
    {
        var (first, last) = (overall.Leads[0], overall.Leads[^1]);
        var useful = overall.FirstLeadBelow(ForecastReport.UsefulCorrelation) is { } lead
            ? Say($"falls below {ForecastReport.UsefulCorrelation} at lead {lead}")
            : Say($"stays above {ForecastReport.UsefulCorrelation} to the last lead");
        var steps = last.Lead > 1 ? Say($" and {last.Ratio:0.000} after {last.Lead} ({last.LeadTime:0.###} in time)") : "";
        return Say($"After one step {model}’s relative error is {first.Ratio:0.000} of persistence’s{steps}. The correlation with the truth {useful}. {first.Cases} forecast{(first.Cases > 1 ? "s" : "")}{(score.ByReynolds.Count > 1 ? Say($" at {score.ByReynolds.Count} Reynolds numbers") : "")}, {Members(first.Errors.Members)}.{Confidence.Sentence(score.AgainstPersistence(first.Lead))}");
    }

    private static string Members(int members) => members > 1 ? Say($"{members} members each") : "one member each";

    private static IEnumerable<KeyFigure> Figures(LeadCurve overall)
    {
        var (first, last) = (overall.Leads[0], overall.Leads[^1]);
        yield return new KeyFigure(Ratio(first.Ratio), "error against persistence", "after one step; below 1 is better");
        if (last.Lead > 1)
        {
            yield return new KeyFigure(Ratio(last.Ratio), "the same at the last lead", Say($"lead {last.Lead}"));
        }

        yield return new KeyFigure(Ratio(last.Errors.Correlation), "correlation at the last lead", $"persistence {Ratio(last.Errors.PersistenceCorrelation)}");
        foreach (var figure in EnsembleSection.Figures(last.Ensemble))
        {
            yield return figure with { Label = $"{figure.Label}, last lead" };
        }

        yield return new KeyFigure(Ratio(last.Errors.RmsRatio), "amplitude at the last lead", "root mean square against the truth’s; 1 is right");
    }

    private static XElement ByLead(LeadCurve overall, string model)
    {
        var ensemble = overall.Leads[0].Errors.Members > 1;
        string[] others = [.. overall.Leads[0].Errors.Others.Keys];
        string[] Mean(params string[] text) => ensemble ? text : [];
        return Table(
            $"Means over Reynolds numbers. Errors are relative, ‖x̂ − x‖/‖x‖ (RFNE); the ratio is that of one member’s error to persistence’s; r is the correlation with the truth; rms is the members’ root mean square over the truth’s.",
            ["lead", "time", "persistence", .. others, $"{model}, one member", .. Mean("mean of members"), "ratio", "r", .. Mean("spread", "skill", "spread/skill"), "rms"],
            EvenChoice.Of(overall.Leads, MostLeads).Select(lead => (IReadOnlyList<object>)
            [
                Plain(lead.Lead), Plain(lead.LeadTime), Number(lead.Errors.PersistenceRfne), .. others.Select(name => Number(lead.Errors.Others[name])),
                Number(lead.Errors.Rfne), .. Mean(Number(lead.Errors.EnsembleMeanRfne)), Ratio(lead.Ratio), Ratio(lead.Errors.Correlation),
                .. Mean(Number(lead.Errors.Spread), Number(lead.Errors.Skill), Ratio(lead.Errors.SpreadSkill)), Ratio(lead.Errors.RmsRatio),
            ]));
    }

    private static XElement ByReynolds(ForecastScore score)
    {
        var ensemble = score.Leads.Any(lead => lead.Errors.Members > 1);
        string[] Mean(params string[] text) => ensemble ? text : [];
        return Table(
            Say($"The first and the last lead of every Reynolds number, and the first lead at which the correlation falls below {ForecastReport.UsefulCorrelation}."),
            ["Re", "forecasts", "ratio, first", "ratio, last", "r, last", Say($"r < {ForecastReport.UsefulCorrelation} at"), .. Mean("spread/skill, first", "spread/skill, last"), "rms, last", "all finite"],
            score.ByReynolds.Select(curve => (IReadOnlyList<object>)
            [
                Flow.Number(curve.Reynolds ?? 0), Plain(curve.Leads[0].Cases), Ratio(curve.Leads[0].Ratio), Ratio(curve.Leads[^1].Ratio), Ratio(curve.Leads[^1].Errors.Correlation),
                curve.FirstLeadBelow(ForecastReport.UsefulCorrelation) is { } lead ? Plain(lead) : "never",
                .. Mean(Ratio(curve.Leads[0].Errors.SpreadSkill), Ratio(curve.Leads[^1].Errors.SpreadSkill)), Ratio(curve.Leads[^1].Errors.RmsRatio), curve.AllFinite ? "yes" : "no",
            ]));
    }

    private static IEnumerable<ReportSection> Uncertainty(ForecastScore score, LeadCurve overall)
    {
        var last = EnsembleSection.Scored(score.ByReynolds.Select(curve => (Flow.Number(curve.Reynolds ?? 0), curve.Leads[^1].Ensemble)));
        return EnsembleSection
            .Of("lead", [.. EvenChoice.Of(overall.Leads, MostReynolds).Select(lead => (Say($"lead {lead.Lead}"), lead.Ensemble))])
            .Select(section => last.Count > 1
                ? section with { Content = [.. section.Content, new XElement("h3", "At the last lead, by Reynolds number"), EnsembleSection.Table("Re", last)] }
                : section);
    }

    private static IEnumerable<XElement> Curves(ForecastScore score, string model)
    {
        if (score.Overall.Leads.Count == 1)
        {
            yield break;
        }

        var curves = score.ByReynolds;
        var main = LeadTimeFigure.Draw(curves.Count > 1 ? score.Overall : curves[0], model).Plots;
        yield return PlotElement.Row(main, columns: main.Count > 3 ? 2 : 3, "Against lead time. A calibrated ensemble’s spread lies on the error of its mean; a forecast that keeps its amplitude has the truth’s root mean square.");
        if (curves.Count > 1)
        {
            var each = LeadTimeFigure.Compare(EvenChoice.Of(curves, MostReynolds)).Plots;
            yield return PlotElement.Row(each, columns: each.Count > 3 ? 2 : 3, "Every Reynolds number by itself, dark for low and light for high ones. The dotted line is the useful limit of the correlation, or the right value.");
        }
    }
}
