using System.Globalization;
using Flex.Evaluation.Figures;
using Flex.Evaluation.Scores;

namespace Flex.Cli.Forecasting;

/// <summary>Collects the leads of one forecast that are drawn: a few as panels, more as a moving picture. Of several channels the first is drawn.</summary>
/// <param name="height">Rows of the fields.</param>
/// <param name="width">Columns.</param>
/// <param name="leads">Steps of the forecast.</param>
internal sealed class ForecastPictures(int height, int width, int leads)
{
    private const int MostFrames = 40;
    private readonly ForecastAnimation _animation = new(height, width);
    private readonly List<ForecastFrame> _rows = [];

    /// <summary>Draws the curves of a score: their mean and every Reynolds number.</summary>
    /// <param name="report">Where they go.</param>
    /// <param name="score">The score.</param>
    /// <exception cref="InputException">A picture cannot be written, or gnuplot is missing.</exception>
    public static void DrawCurves(ReportFolder report, ForecastScore score)
    {
        var curves = score.ByReynolds;
        foreach (var curve in curves.Count > 1 ? curves.Prepend(score.Overall) : curves)
        {
            var name = curve.Reynolds is { } reynolds ? string.Create(CultureInfo.InvariantCulture, $"leads_re{reynolds:0.###}") : "leads";
            LeadTimeFigure.Draw(curve, "FLEX").Save(report.Picture(name), new Gnuplot());
        }
    }

    /// <summary>Takes a lead in.</summary>
    /// <param name="frame">The lead; 0 is the last known state.</param>
    public void Take(ForecastFrame frame)
    {
        frame = frame with { Truth = First(frame.Truth), Members = [.. frame.Members.Select(First)] };
        if (frame.Lead % ((leads + MostFrames - 1) / MostFrames) == 0)
        {
            _animation.Add(frame);
        }

        if (frame.Lead > 0 && new[] { 1, leads / 4, leads / 2, leads }.Contains(frame.Lead))
        {
            _rows.Add(frame);
        }
    }

    /// <summary>Draws what was taken in.</summary>
    /// <param name="report">Where the pictures go.</param>
    /// <param name="forecast">The forecast.</param>
    /// <param name="label">What the fields are, with unit.</param>
    /// <exception cref="InputException">A picture cannot be written, or gnuplot is missing.</exception>
    public void Draw(ReportFolder report, ForecastCase forecast, string label)
    {
        var stem = string.Create(CultureInfo.InvariantCulture, $"forecast_{forecast.Run}_t{forecast.Start:0.###}");
        ForecastFigure.Compare(_rows, height, width, label).Save(report.Picture(stem), new Gnuplot());
        _animation.Save(report.Picture(stem + "_moving"), new Gnuplot());
    }

    private float[] First(float[] channels) => channels.Length == height * width ? channels : channels[..(height * width)];
}
