using System.Globalization;
using Flex.Evaluation.Scores;

namespace Flex.Evaluation.Figures;

/// <summary>How a forecast becomes worse with the lead time: error, correlation, spread against skill, and drift.</summary>
public static class LeadTimeFigure
{
    /// <summary>Draws a curve of a score.</summary>
    /// <param name="curve">The leads.</param>
    /// <param name="model">The model's name.</param>
    /// <returns>The figure: two by two plots, three in a row without an ensemble.</returns>
    public static CurveFigure Draw(LeadCurve curve, string model)
    {
        ArgumentNullException.ThrowIfNull(curve);
        var members = curve.Leads[0].Errors.Members;
        var flow = curve.Reynolds is { } reynolds
            ? string.Create(CultureInfo.InvariantCulture, $"Re {reynolds:0.##}") : "mean over Re";
        var mean = $"mean of {members} members";

        // A forecast starts from a known state: without error, fully correlated and without spread at lead 0.
        double[] times = [0, .. curve.Leads.Select(lead => lead.LeadTime)];
        Curve Of(string label, double atStart, Func<LeadErrors, double> value, Rgb colour, Stroke stroke = Stroke.Solid) =>
            new(label, times, [atStart, .. curve.Leads.Select(lead => value(lead.Errors))], colour, stroke);
        CurvePlot Plot(string what, string axis, params Curve[] curves) =>
            new($"{what}, {flow}", "lead time", axis, curves) { Key = "bottom right" };

        var error = Plot(
            "error", "RFNE",
            Of("persistence", 0, e => e.PersistenceRfne, Curve.Orange, Stroke.Dashed), Of(model, 0, e => e.Rfne, Curve.Blue));
        var correlation = Plot(
            "correlation", "r with the truth",
            Of("", ForecastReport.UsefulCorrelation, _ => ForecastReport.UsefulCorrelation, Curve.Ink, Stroke.Reference),
            Of("persistence", 1, e => e.PersistenceCorrelation, Curve.Orange, Stroke.Dashed), Of(model, 1, e => e.Correlation, Curve.Blue))
            with
        { Key = "bottom left" };
        var drift = Plot(
            "root mean square", "rms of the field", Of("truth", double.NaN, e => e.TruthRms, Curve.Ink), Of(model, double.NaN, e => e.MemberRms, Curve.Blue))
            with
        { Key = "bottom left" };
        if (members == 1)
        {
            return new CurveFigure([error, correlation, drift]);
        }

        var spread = Plot(
            "spread and skill", "rms over space",
            Of($"error of the {mean}", 0, e => e.Skill, Curve.Blue), Of("spread of the members", 0, e => e.SpreadSkill * e.Skill, Curve.Green))
            with
        { Key = "top left" };
        return new CurveFigure(
            [
                error with { Curves = [.. error.Curves, Of(mean, 0, e => e.EnsembleMeanRfne, Curve.Green)] },
                correlation with { Curves = [.. correlation.Curves, Of(mean, 1, e => e.EnsembleMeanCorrelation, Curve.Green)] },
                spread,
                drift,
            ],
            columns: 2);
    }

    /// <summary>Draws the curves of several Reynolds numbers over each other, dark for low and light for high ones.</summary>
    /// <param name="curves">The curves, ascending in the Reynolds number.</param>
    /// <returns>The figure: error against persistence, correlation, with an ensemble spread over skill, and drift.</returns>
    public static CurveFigure Compare(IReadOnlyList<LeadCurve> curves)
    {
        ArgumentNullException.ThrowIfNull(curves);
        CurvePlot Plot(string title, string axis, double right, Func<LeadMean, double> value) => new(
            title, "lead time", axis,
            [
                new Curve("", [.. curves[0].Leads.Select(lead => lead.LeadTime)], [.. curves[0].Leads.Select(_ => right)], Curve.Ink, Stroke.Reference),
                .. curves.Select((curve, i) => new Curve(
                    string.Create(CultureInfo.InvariantCulture, $"Re {curve.Reynolds:0.##}"),
                    [.. curve.Leads.Select(lead => lead.LeadTime)], [.. curve.Leads.Select(value)], Curve.InOrder(i, curves.Count))),
            ]);
        CurvePlot[] spread = curves[0].Leads[0].Errors.Members > 1
            ? [Plot("spread over skill", "spread / skill", 1, lead => lead.Errors.SpreadSkill)]
            : [];
        return new CurveFigure(
            [
                Plot("error against persistence", "ratio of RFNE", double.NaN, lead => lead.Ratio),
                Plot("correlation", "r with the truth", ForecastReport.UsefulCorrelation, lead => lead.Errors.Correlation),
                .. spread,
                Plot("amplitude", "rms / truth", 1, lead => lead.Errors.RmsRatio),
            ],
            columns: 2);
    }
}
