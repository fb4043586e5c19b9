using Flex.Evaluation.Figures;
using Flex.Evaluation.Scores;
using Flex.Evaluation.Spectra;

namespace Flex.Evaluation.Reports;

/// <summary>Draws down to which scale a model's waves are the truth's.</summary>
internal static class AgreementPlots
{
    /// <summary>Coherence and error over the wavenumber, of every Reynolds number and of the baseline at the highest.</summary>
    /// <param name="rows">The scores, ascending in Reynolds number, each with bands.</param>
    /// <param name="size">Points along the shorter side.</param>
    /// <param name="factor">s.</param>
    /// <param name="baseline">The baseline's name.</param>
    public static IReadOnlyList<CurvePlot> Of(IReadOnlyList<ReynoldsScore> rows, int size, int factor, string baseline)
    {
        return
        [
            Plot("coherence with the truth", "coherence", 1, band => band.Coherence),
            Plot("error by scale", "error’s spectrum / truth’s", 2, band => band.Error),
        ];

        CurvePlot Plot(string title, string label, double most, Func<AgreementBand, double> value) => new(
            title, "wavenumber k", label,
            [
                .. rows.Select((row, i) => Draw(Flow.Name(row.Reynolds), row.Agreement, Curve.InOrder(i, rows.Count), Stroke.Solid, value)),
                Draw($"{baseline}, {Flow.Name(rows[^1].Reynolds)}", rows[^1].BaselineAgreement, Curve.Orange, Stroke.Dashed, value),
            ])
        {
            LogX = true,
            YRange = (0, most),
            Marks = [(size / (2.0 * factor), "coarse grid")],
        };

        // A band stands at the middle of its octave; what lies beyond the grid's Nyquist wavenumber is only in the corners.
        Curve Draw(string name, IReadOnlyList<AgreementBand> bands, Rgb colour, Stroke stroke, Func<AgreementBand, double> value)
        {
            var resolved = bands.Where(band => band.Low < size / 2).ToList();
            return new Curve(name, [.. resolved.Select(band => Math.Sqrt((double)band.Low * Math.Min(band.High, size / 2)))], [.. resolved.Select(value)], colour, stroke);
        }
    }
}
