using System.Globalization;
using Flex.Evaluation.Figures;
using Flex.Evaluation.Scores;

namespace Flex.Cli.SuperResolution;

/// <summary>The pictures of a report on super-resolution.</summary>
/// <param name="report">Where they go.</param>
/// <param name="label">What the fields are, with unit.</param>
internal sealed class SuperResolutionPictures(ReportFolder report, string label)
{
    private const string Baseline = "bicubic";
    private const string Model = "FLEX";

    /// <summary>Draws coarse, truth, bicubic, sample and error of a field.</summary>
    /// <param name="truth">The true field.</param>
    /// <param name="refined">What was made of it.</param>
    /// <exception cref="InputException">The picture cannot be written, or gnuplot is missing.</exception>
    public void DrawFields(TrueField truth, RefinedField refined)
    {
        var coarse = refined.Coarse;
        var panel = new FieldPanel("coarse", coarse.Values.ToArray(), coarse.Height, coarse.Width, $"{coarse.Height} × {coarse.Width}");
        SuperResolutionFigure
            .Compare(truth.Values, refined.Baseline, refined.Samples[0], truth.Grid.Height, truth.Grid.Width, panel, label, (Baseline, Model))
            .Save(report.Picture(string.Create(CultureInfo.InvariantCulture, $"{truth.Run}_t{truth.Time:0.###}")), new Gnuplot());
    }

    /// <summary>Draws the spectra of every Reynolds number; those of fields with gaps do not exist.</summary>
    /// <param name="score">The score.</param>
    /// <param name="gridSize">Fine points along the shorter side.</param>
    /// <param name="factor">s.</param>
    /// <exception cref="InputException">The picture cannot be written, or gnuplot is missing.</exception>
    public void DrawSpectra(SuperResolutionScore score, int gridSize, int factor)
    {
        foreach (var row in score.ByReynolds)
        {
            if (row is { Energy: { } energy, Enstrophy: { } enstrophy })
            {
                SpectrumFigure.Compare(energy, enstrophy, gridSize, factor, Baseline, Model)
                    .Save(report.Picture(string.Create(CultureInfo.InvariantCulture, $"spectra_re{row.Reynolds:0.###}")), new Gnuplot());
            }
        }
    }
}
