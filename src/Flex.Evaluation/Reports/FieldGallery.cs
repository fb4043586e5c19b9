using System.Xml.Linq;
using Flex.Evaluation.Scores;
using static Flex.Evaluation.Reports.Html;

namespace Flex.Evaluation.Reports;

/// <summary>
/// Chooses while fields are judged which of them a report shows: a typical one of every Reynolds number and the worst of
/// all. A handful is kept in memory, however many there are.
/// </summary>
/// <param name="label">What the fields are, with unit.</param>
public sealed class FieldGallery(string label)
{
    private const int KeptOfEach = 9;
    private const int MostReynolds = 8;
    private const int WorstShown = 3;
    private const int WorstListed = 8;
    private readonly SortedDictionary<double, RepresentativeSet<FieldExhibit>> _kept = [];
    private readonly List<FieldExhibit> _worst = [];

    /// <summary>Takes a field in.</summary>
    /// <param name="truth">The true field.</param>
    /// <param name="refined">What was made of it.</param>
    public void Add(TrueField truth, RefinedField refined)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(refined);
        var exhibit = FieldExhibit.Of(truth, refined);
        if (!_kept.TryGetValue(truth.Reynolds, out var kept))
        {
            _kept[truth.Reynolds] = kept = new RepresentativeSet<FieldExhibit>(KeptOfEach);
        }

        kept.Add(exhibit.Score.Rfne, exhibit);
        _worst.Add(exhibit);
        _worst.Sort((a, b) => Badness(b.Score).CompareTo(Badness(a.Score)));
        _worst.RemoveRange(Math.Min(WorstShown, _worst.Count), Math.Max(0, _worst.Count - WorstShown));
    }

    /// <summary>A typical field of every Reynolds number; of many Reynolds numbers some.</summary>
    /// <param name="score">The score of all fields.</param>
    /// <param name="model">The model's name.</param>
    internal ReportSection Typical(SuperResolutionScore score, string model)
    {
        var chosen = EvenChoice.Of(_kept.ToList(), MostReynolds);
        var note = chosen.Count < _kept.Count ? Say($" {chosen.Count} of {_kept.Count} Reynolds numbers are shown.") : "";
        return new ReportSection(
            "Fields",
            [
                Paragraph($"Of every Reynolds number the field whose error is nearest to the median. Above, the fields on one colour scale; below each answer its error, all on one scale of their own, so that pale means good.{note}"),
                .. chosen.Select(group => Draw(group.Value.Nearest(Median(score, group.Key)), score, model)),
            ]);
    }

    /// <summary>The fields with the greatest errors; those that the typical ones show already are not drawn twice.</summary>
    /// <param name="score">The score of all fields.</param>
    /// <param name="model">The model's name.</param>
    internal IEnumerable<ReportSection> Worst(SuperResolutionScore score, string model)
    {
        var above = EvenChoice.Of(_kept.ToList(), MostReynolds).Select(group => group.Value.Nearest(Median(score, group.Key))).ToList();
        if (score.Fields.Count > 1)
        {
            yield return new ReportSection(
                "Worst cases",
                [
                    Table(
                        $"The fields with the highest relative error, of {score.Fields.Count}.",
                        ["run", "Re", "time", score.Baseline, model, "ratio"],
                        score.Fields.OrderByDescending(Badness).Take(WorstListed).Select(field => (IReadOnlyList<object>)
                        [
                            field.Run, Flow.Number(field.Reynolds), Plain(field.Time), Number(field.BaselineRfne), Number(field.Rfne), Ratio(field.Ratio),
                        ])),
                    .. _worst.Except(above).Select(exhibit => Draw(exhibit, score, model)),
                ]);
        }
    }

    private XElement Draw(FieldExhibit exhibit, SuperResolutionScore score, string model)
    {
        var field = exhibit.Score;
        return exhibit.Draw(
            label, score.Baseline, model,
            new XElement("strong", $"{Flow.Name(field.Reynolds)}, {field.Run}, t = {Plain(field.Time)}."),
            $" Error {Number(field.Rfne)}, {score.Baseline} {Number(field.BaselineRfne)}: ratio {Ratio(field.Ratio)}.");
    }

    private static double Median(SuperResolutionScore score, double reynolds)
    {
        var errors = score.Fields.Where(field => field.Reynolds == reynolds).Select(field => field.Rfne).Order().ToArray();
        return errors[errors.Length / 2];
    }

    private static double Badness(FieldScore score) => double.IsNaN(score.Rfne) ? double.PositiveInfinity : score.Rfne;
}
