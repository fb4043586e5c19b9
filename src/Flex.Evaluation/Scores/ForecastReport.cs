using System.Text;
using System.Text.Json;
using static Flex.Evaluation.Scores.ReportText;

namespace Flex.Evaluation.Scores;

/// <summary>Words a <see cref="ForecastScore"/>: tables to read, JSON for a script.</summary>
public static class ForecastReport
{
    /// <summary>The correlation below which a forecast is usually called useless.</summary>
    public const double UsefulCorrelation = 0.9;

    /// <summary>
    /// Two tables: how the mean over Reynolds numbers changes with the lead, and how each Reynolds number does at the
    /// first and the last lead; of ensembles a third one that says what their uncertainty is worth.
    /// </summary>
    /// <param name="score">The score, of one lead or more.</param>
    /// <returns>Lines, each with its end.</returns>
    public static string Table(ForecastScore score)
    {
        ArgumentNullException.ThrowIfNull(score);
        var overall = score.Overall;
        var text = new StringBuilder();
        var ensemble = score.Leads.Any(lead => lead.Errors.Members > 1);
        string[] others = [.. overall.Leads[0].Errors.Others.Keys];
        string[] Spread(string value) => ensemble ? [value] : [];
        Line(text, ["lead", "time", "RFNE", .. Spread("RFNE(mean)"), "RFNE(persist.)", .. others.Select(name => $"RFNE({Short(name)})"), "ratio", "r", .. Spread("spread/skill"), "rms/truth"]);
        foreach (var (lead, time, _, ratio, errors) in overall.Leads.Where(mean => IsRoundLead(mean.Lead, overall.Leads[^1].Lead)))
        {
            Line(text,
            [
                Plain(lead), Number(time), Number(errors.Rfne), .. Spread(Number(errors.EnsembleMeanRfne)), Number(errors.PersistenceRfne),
                .. others.Select(name => Number(errors.Others[name])), Number(ratio), Number(errors.Correlation), .. Spread(Number(errors.SpreadSkill)), Number(errors.RmsRatio),
            ]);
        }

        text.Append('\n');
        Line(text, ["Re", "forecasts", "ratio(first)", "ratio(last)", "r(last)", $"r < {UsefulCorrelation} at", .. Spread("spread/skill"), "rms/truth", "finite"]);
        foreach (var curve in score.ByReynolds)
        {
            var (first, last) = (curve.Leads[0], curve.Leads[^1]);
            Line(text,
            [
                Plain(curve.Reynolds ?? double.NaN), Plain(first.Cases), Number(first.Ratio), Number(last.Ratio), Number(last.Errors.Correlation),
                FirstBelow(curve), .. Spread(Number(last.Errors.SpreadSkill)), Number(last.Errors.RmsRatio), curve.AllFinite ? "yes" : "no",
            ]);
        }

        text.Append(EnsembleTable.Uncertainty("ratio at the first lead", score.AgainstPersistence(overall.Leads[0].Lead)));
        EnsembleTable.Append(
            text, ["Re", "lead"],
            [
                .. overall.Leads.Where(mean => IsRoundLead(mean.Lead, overall.Leads[^1].Lead)).Select(mean => (new[] { "all", Plain(mean.Lead) }, mean.Ensemble)),
                .. score.ByReynolds.Select(curve => (new[] { Plain(curve.Reynolds ?? double.NaN), Plain(curve.Leads[^1].Lead) }, curve.Leads[^1].Ensemble)),
            ]);
        return text.ToString();
    }

    /// <summary>The score with every curve and every forecast.</summary>
    /// <param name="score">The score, of one lead or more.</param>
    /// <returns>One JSON object.</returns>
    public static string Json(ForecastScore score)
    {
        ArgumentNullException.ThrowIfNull(score);
        var overall = score.Overall;
        var against = score.AgainstPersistence(overall.Leads[0].Lead);
        return JsonSerializer.Serialize(
            new
            {
                MeanRatio = overall.Leads[0].Ratio,
                MeanRatioInterval = against.QuotientInterval,
                against.Resampled,
                Mean = Curve(overall),
                Reynolds = score.ByReynolds.Select(Curve),
                Forecasts = score.Leads,
            },
            JsonOptions);
    }

    private static object Curve(LeadCurve curve) => new
    {
        curve.Reynolds,
        FirstUselessLead = curve.FirstLeadBelow(UsefulCorrelation),
        curve.AllFinite,
        curve.Leads,
    };

    private static string FirstBelow(LeadCurve curve) =>
        curve.FirstLeadBelow(UsefulCorrelation) is { } lead ? Plain(lead) : $"> {curve.Leads[^1].Lead}";
}
