using System.Xml.Linq;
using Flex.Evaluation.Ensembles;
using Flex.Evaluation.Figures;
using static Flex.Evaluation.Reports.Html;

namespace Flex.Evaluation.Reports;

/// <summary>Words and draws what an ensemble's uncertainty is worth.</summary>
internal static class EnsembleSection
{
    private const int MostHistograms = 8;
    private const double HeadlineLevel = 0.9;
    private static readonly double[] Levels = [.. Enumerable.Range(1, 19).Select(i => 0.05 * i)];

    /// <summary>The section; none without an ensemble.</summary>
    /// <param name="what">What the rows are: "Re", "lead".</param>
    /// <param name="rows">The scores by name; null where there is none.</param>
    public static IEnumerable<ReportSection> Of(string what, IReadOnlyList<(string Name, EnsembleScores? Scores)> rows)
    {
        var scored = Scored(rows);
        if (scored.Count == 0)
        {
            yield break;
        }

        var shown = EvenChoice.Of(scored, MostHistograms);
        yield return new ReportSection(
            "Uncertainty",
            Paragraph("Where the uncertainty can be trusted, the truth behaves like one more member: spread equals skill, every rank is equally frequent, and a 90 % interval holds the truth nine times of ten. A ratio below 1, a histogram that is high at both ends and a curve below the diagonal all say the same: over-confident."),
            Table(what, scored),
            PlotElement.Row(
                [Reliability(shown), SpreadAndSkill(what, shown)], columns: 2,
                "Left: how often central intervals hold the truth, against how often those of a perfect ensemble of this size would. Right: the members’ spread over the error of their mean, with √((M + 1)/M)."),
            PlotElement.Row(
                [.. shown.Select(row => Ranks(row.Name, row.Scores))], columns: shown.Count > 3 ? 4 : 3,
                "Rank histograms: how many members lay below the truth, as a multiple of what chance gives a perfect ensemble (dotted). High ends: too little spread; a hump: too much; a slope: a bias."));
    }

    /// <summary>The table alone.</summary>
    /// <param name="what">What the rows are.</param>
    /// <param name="rows">The scores by name.</param>
    public static XElement Table(string what, IReadOnlyList<(string Name, EnsembleScores Scores)> rows)
    {
        var first = rows[0].Scores;
        return Html.Table(
            Say($"{first.Members} members. CRPS (fair), energy score, spread and skill in the field’s unit, less is better; the pull is (truth − mean)/standard deviation, its width for Gaussian draws; the reliability index is 0 for a flat rank histogram. The first row is what an ensemble of this size reaches when it is perfect."),
            [what, "CRPS", "energy score", "spread", "skill", "spread/skill", .. first.Coverage.Select(interval => $"in {Percent(interval.Nominal)} interval"), "pull mean", "pull width", "reliab. index"],
            [
                [
                    "perfect", "", "", "", "", Ratio(1), .. first.Coverage.Select(interval => Percent(interval.Expected)),
                    Ratio(0), Ratio(first.ExpectedPullWidth), Ratio(0),
                ],
                .. rows.Select(row => (IReadOnlyList<object>)
                [
                    row.Name, Number(row.Scores.FairCrps), Number(row.Scores.EnergyScore), Number(row.Scores.Spread), Number(row.Scores.Skill), Ratio(row.Scores.SpreadSkill),
                    .. row.Scores.Coverage.Select(interval => Percent(interval.Measured)),
                    Ratio(row.Scores.PullMean).Replace('-', '−'), Ratio(row.Scores.PullWidth), Ratio(row.Scores.ReliabilityIndex),
                ]),
            ]);
    }

    /// <summary>The rows that have scores.</summary>
    /// <param name="rows">The scores by name.</param>
    public static IReadOnlyList<(string Name, EnsembleScores Scores)> Scored(IEnumerable<(string Name, EnsembleScores? Scores)> rows) =>
        [.. rows.Where(row => row.Scores is not null).Select(row => (row.Name, row.Scores!))];

    /// <summary>The numbers for the head of a report; none without an ensemble.</summary>
    /// <param name="scores">The scores over everything.</param>
    public static IEnumerable<KeyFigure> Figures(EnsembleScores? scores)
    {
        if (scores is null)
        {
            yield break;
        }

        var interval = scores.Coverage.First(coverage => coverage.Nominal == HeadlineLevel);
        yield return new KeyFigure(Ratio(scores.SpreadSkill), "spread/skill", "1 is right, below is over-confident");
        yield return new KeyFigure(Percent(interval.Measured), $"coverage of the {Percent(HeadlineLevel)} interval", $"{Percent(interval.Expected)} is right for {scores.Members} members");
    }

    private static CurvePlot Reliability(IReadOnlyList<(string Name, EnsembleScores Scores)> rows) => new(
        "reliability", "coverage of a perfect ensemble", "measured coverage",
        [
            new Curve("", [0, 1], [0, 1], Curve.Ink, Stroke.Reference),
            .. rows.Select((row, i) =>
            {
                var intervals = Levels.Select(level => IntervalCoverage.Of(level, row.Scores.RankHistogram)).DistinctBy(interval => interval.Expected).ToArray();
                return new Curve(
                    row.Name, [0, .. intervals.Select(interval => interval.Expected)], [0, .. intervals.Select(interval => interval.Measured)], Curve.InOrder(i, rows.Count));
            }),
        ])
    { YRange = (0, 1) };

    private static CurvePlot SpreadAndSkill(string what, IReadOnlyList<(string Name, EnsembleScores Scores)> rows)
    {
        var most = 1.15 * rows.Max(row => Math.Max(row.Scores.Skill, Calibrated(row.Scores)));
        return new CurvePlot(
            "spread against skill", "error of the mean (skill)", "spread of the members",
            [
                new Curve("", [0, most], [0, most], Curve.Ink, Stroke.Reference),
                .. rows.Select((row, i) => new Curve(
                    row.Name, [row.Scores.Skill], [Calibrated(row.Scores)], Curve.InOrder(i, rows.Count), Stroke.Points)),
            ])
        { YRange = (0, most) };
    }

    private static double Calibrated(EnsembleScores scores) => scores.SpreadSkill * scores.Skill;

    private static CurvePlot Ranks(string name, EnsembleScores scores)
    {
        var bins = scores.RankHistogram.Count;
        var total = (double)scores.RankHistogram.Sum();
        return new CurvePlot(
            name, "members below the truth", "frequency × (M + 1)",
            [
                new Curve("", [.. Enumerable.Range(0, bins).Select(rank => (double)rank)], [.. scores.RankHistogram.Select(count => count / total * bins)], Curve.Blue, Stroke.Columns),
                new Curve("", [-0.5, bins - 0.5], [1, 1], Curve.Ink, Stroke.Reference),
            ]);
    }
}
