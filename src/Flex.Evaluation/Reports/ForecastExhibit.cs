using System.Xml.Linq;
using Flex.Evaluation.Figures;
using Flex.Evaluation.Metrics;
using Flex.Evaluation.Scores;

namespace Flex.Evaluation.Reports;

/// <summary>A forecast at one lead, reduced to the pixels that a report shows of it.</summary>
/// <param name="Frame">What was forecast; the fields have the pictures' size.</param>
/// <param name="Mean">The members' mean; the member itself where there is one only.</param>
/// <param name="Deviation">The members' standard deviation; null for one member.</param>
/// <param name="MemberError">The RFNE of the first member.</param>
/// <param name="MeanError">The RFNE of the mean.</param>
internal sealed record ForecastRow(ForecastFrame Frame, float[] Mean, float[]? Deviation, double MemberError, double MeanError)
{
    /// <summary>Reduces a lead.</summary>
    /// <param name="frame">The lead, with whole fields of one channel.</param>
    /// <param name="reduce">Brings a field to the pictures' size.</param>
    public static ForecastRow Of(ForecastFrame frame, Func<float[], float[]> reduce)
    {
        var mean = MemberStatistics.Mean(frame.Members);
        return new ForecastRow(
            frame with { Truth = reduce(frame.Truth), Members = [reduce(frame.Members[0])] },
            reduce(mean),
            frame.Members.Count > 1 ? reduce(MemberStatistics.StandardDeviation(frame.Members)) : null,
            FieldMetric.Of<Rfne>(frame.Members[0], frame.Truth),
            FieldMetric.Of<Rfne>(mean, frame.Truth));
    }
}

/// <summary>A forecast at a few leads.</summary>
/// <param name="Case">Which one.</param>
/// <param name="Size">The size of the pictures.</param>
/// <param name="Present">The last known state, which persistence answers.</param>
/// <param name="Rows">The leads, ascending.</param>
internal sealed record ForecastExhibit(ForecastCase Case, PixelSize Size, float[] Present, IReadOnlyList<ForecastRow> Rows)
{
    /// <summary>The error at the last lead.</summary>
    public double Error => Rows[^1].MeanError;

    /// <summary>A row of pictures a lead, on the same scales at all leads.</summary>
    /// <param name="label">What the fields are, with unit.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="caption">What to see.</param>
    public XElement Draw(string label, string model, params object?[] caption)
    {
        var ensemble = Rows[0].Deviation is not null;
        var fields = ColourScale.Covering([Rows[0].Frame.Truth]);
        var errors = Rows.Select(row => Difference(row.Mean, row.Frame.Truth)).ToArray();
        var drifts = Rows.Select(row => Difference(Present, row.Frame.Truth)).ToArray();
        var differences = ColourScale.Covering(ensemble ? errors : [.. errors, .. drifts], ColourMap.PurpleGreen);
        var deviations = ColourScale.Covering(Rows.Select(row => row.Deviation ?? []), ColourMap.Ember) with { Minimum = 0 };
        var sheet = new PanelSheet(Size, ensemble ? 5 : 4);
        foreach (var (i, row) in Rows.Index())
        {
            sheet.Add("truth", row.Frame.Truth, fields, Html.Say($"lead {row.Frame.Lead}, t = {row.Frame.Time:0.####}"));
            sheet.Add(ensemble ? "one member" : model, row.Frame.Members[0], fields, $"RFNE {Html.Number(row.MemberError)}");
            if (row.Deviation is { } deviation)
            {
                sheet.Add("mean", row.Mean, fields, $"RFNE {Html.Number(row.MeanError)}")
                    .Add("error of the mean", errors[i], differences)
                    .Add("standard deviation", deviation, deviations);
            }
            else
            {
                sheet.Add($"error of {model}", errors[i], differences).Add("error of persistence", drifts[i], differences);
            }
        }

        sheet.AddScale(fields, label, ensemble ? 3 : 2).AddScale(differences, "answer − truth", ensemble ? 1 : 2);
        return (ensemble ? sheet.AddScale(deviations, "spread", 1) : sheet).Figure(caption);
    }

    private static float[] Difference(float[] answer, float[] truth) => [.. answer.Zip(truth, (estimate, exact) => estimate - exact)];
}
