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
}
