using System.Xml.Linq;
using Flex.Evaluation.Figures;
using Flex.Evaluation.Scores;

namespace Flex.Evaluation.Reports;

/// <summary>A super-resolved field, reduced to the pixels that a report shows of it.</summary>
/// <param name="Score">How good it is.</param>
/// <param name="Size">The size of the pictures.</param>
/// <param name="Coarse">The input.</param>
/// <param name="Truth">The true field.</param>
/// <param name="Baseline">The baseline's answer.</param>
/// <param name="Member">The first member.</param>
/// <param name="Mean">The members' mean; the member itself where there is one only.</param>
/// <param name="Deviation">The members' standard deviation; null for one member.</param>
internal sealed record FieldExhibit(
    FieldScore Score, PixelSize Size, float[] Coarse, float[] Truth, float[] Baseline, float[] Member, float[] Mean, float[]? Deviation)
{
    /// <summary>Reduces a field and what was made of it.</summary>
    /// <param name="truth">The true field.</param>
    /// <param name="refined">What was made of it.</param>
    public static FieldExhibit Of(TrueField truth, RefinedField refined)
    {
        var (height, width, coarse, samples) = (truth.Grid.Height, truth.Grid.Width, refined.Coarse, refined.Samples);
        var size = PixelSize.Of(height, width);
        float[] Reduce(float[] field) => size.Reduce(field, height, width);
        return new FieldExhibit(
            refined.Score, size,
            size.Reduce(coarse.Values.Span, coarse.Height, coarse.Width),
            Reduce(truth.Values), Reduce(refined.Baseline), Reduce(samples[0]),
            Reduce(samples.Count > 1 ? MemberStatistics.Mean(samples) : samples[0]),
            samples.Count > 1 ? Reduce(MemberStatistics.StandardDeviation(samples)) : null);
    }

    /// <summary>
    /// Two rows of pictures: fields on the truth's scale, and beneath each answer its error; beneath the truth what the
    /// model says of its own uncertainty, or the input where it says nothing.
    /// </summary>
    /// <param name="label">What the fields are, with unit.</param>
    /// <param name="baseline">The baseline's name.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="caption">What to see.</param>
    public XElement Draw(string label, string baseline, string model, params object?[] caption)
    {
        var fields = ColourScale.Covering([Truth]);
        (string Name, float[] Pixels, double Error)[] answers = Deviation is null
            ? [(baseline, Baseline, Score.BaselineRfne), (model, Member, Score.Rfne)]
            : [(baseline, Baseline, Score.BaselineRfne), ("one member", Member, double.NaN), ($"mean of {Score.Members}", Mean, Score.EnsembleMeanRfne)];
        var errors = answers.Select(answer => Difference(answer.Pixels, Truth)).ToArray();
        var differences = ColourScale.Covering(errors, ColourMap.PurpleGreen);
        var sheet = new PanelSheet(Size, 1 + answers.Length).Add("truth", Truth, fields);
        foreach (var (name, pixels, error) in answers)
        {
            sheet.Add(name, pixels, fields, double.IsNaN(error) ? "" : $"RFNE {Html.Number(error)}");
        }

        sheet.AddScale(fields, label, 1 + answers.Length);
        var deviations = Deviation is null ? null : ColourScale.Covering([Deviation], ColourMap.Ember) with { Minimum = 0 };
        _ = deviations is null ? sheet.Add("input", Coarse, fields) : sheet.Add("standard deviation", Deviation!, deviations);
        foreach (var (answer, error) in answers.Zip(errors))
        {
            sheet.Add($"error of {answer.Name}", error, differences);
        }

        _ = deviations is null ? sheet.AddScale(fields, label, 1) : sheet.AddScale(deviations, "members’ spread", 1);
        return sheet.AddScale(differences, "answer − truth", answers.Length).Figure(caption);
    }

    private static float[] Difference(float[] answer, float[] truth) => [.. answer.Zip(truth, (estimate, exact) => estimate - exact)];
}
