using System.Globalization;
using Flex.Evaluation.Figures;
using Flex.Evaluation.Scores;
using Flex.IO;

namespace Flex.Cli.SuperResolution;

/// <summary>An evaluation as a folder: <c>report.md</c> with the table, and the pictures that it shows.</summary>
/// <param name="folder">The folder.</param>
/// <param name="label">What the fields are, with unit.</param>
internal sealed class ReportFolder(string folder, string label)
{
    private const string Baseline = "bicubic";
    private const string Model = "FLEX";
    private readonly List<string> _pictures = [];

    /// <summary>Makes the folder early, so that long work does not end at a read-only one.</summary>
    /// <exception cref="InputException">It cannot be made.</exception>
    public void Create()
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot write to the folder {folder}: {e.Message}", e);
        }
    }

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
            .Save(Next(string.Create(CultureInfo.InvariantCulture, $"{truth.Run}_t{truth.Time:0.###}")), new Gnuplot());
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
                    .Save(Next(string.Create(CultureInfo.InvariantCulture, $"spectra_re{row.Reynolds:0.###}")), new Gnuplot());
            }
        }
    }

    /// <summary>Writes <c>report.md</c>.</summary>
    /// <param name="title">What was judged.</param>
    /// <param name="score">The score.</param>
    /// <exception cref="InputException">It cannot be written.</exception>
    public void Write(string title, SuperResolutionScore score) => AtomicFile.Write(Path.Combine(folder, "report.md"), stream =>
    {
        using var writer = new StreamWriter(stream, leaveOpen: true);
        writer.Write($"# {title}\n\n```\n{SuperResolutionReport.Table(score)}```\n\n");
        foreach (var picture in _pictures)
        {
            writer.Write($"![{Path.GetFileNameWithoutExtension(picture)}]({picture})\n\n");
        }
    });

    private string Next(string stem)
    {
        _pictures.Add(stem + ".png");
        return Path.Combine(folder, _pictures[^1]);
    }
}
