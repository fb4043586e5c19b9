using System.Xml.Linq;
using Flex.Evaluation.Figures;
using Flex.Evaluation.Scores;
using static Flex.Evaluation.Reports.Html;

namespace Flex.Evaluation.Reports;

/// <summary>
/// Chooses while forecasts are judged which of them a report shows: a typical one of every Reynolds number, the worst of
/// all, and one as a moving picture. Of several channels the first is drawn.
/// </summary>
/// <param name="label">What the fields are, with unit.</param>
/// <param name="leads">Steps of every forecast.</param>
/// <param name="gnuplot">What sets the words of the moving picture.</param>
public sealed class ForecastGallery(string label, int leads, Gnuplot gnuplot)
{
    private const int KeptOfEach = 3;
    private const int MostReynolds = 4;
    private const int MostFrames = 40;
    private const double AnimationSide = 200;
    private readonly SortedDictionary<double, RepresentativeSet<ForecastExhibit>> _kept = [];
    private readonly SortedDictionary<double, (ForecastCase Case, ForecastAnimation Animation)> _animations = [];
    private readonly int[] _shown = [.. new[] { 1, leads / 4, leads / 2, leads }.Where(lead => lead > 0).Distinct()];

    /// <summary>Begins a forecast.</summary>
    /// <param name="forecast">Which one.</param>
    /// <param name="height">Rows of its fields.</param>
    /// <param name="width">Columns.</param>
    /// <param name="present">The last known state, (C, H, W).</param>
    /// <param name="members">M, the number of members.</param>
    /// <returns>Takes its leads, from 1 to the last.</returns>
    public Action<ForecastFrame> Begin(ForecastCase forecast, int height, int width, float[] present, int members)
    {
        ArgumentNullException.ThrowIfNull(forecast);
        var size = PixelSize.Of(height, width);
        float[] First(float[] channels) => channels.Length == height * width ? channels : channels[..(height * width)];
        float[] Reduce(float[] field) => size.Reduce(field, height, width);
        var rows = new List<ForecastRow>();
        var state = First(present);
        var animation = _animations.ContainsKey(forecast.Reynolds) ? null : new ForecastAnimation(height, width, AnimationSide);
        animation?.Add(new ForecastFrame(0, forecast.Start, state, [.. Enumerable.Repeat(state, members)]));
        if (animation is not null)
        {
            _animations[forecast.Reynolds] = (forecast, animation);
        }

        return frame =>
        {
            frame = frame with { Truth = First(frame.Truth), Members = [.. frame.Members.Select(First)] };
            if (frame.Lead % ((leads + MostFrames - 1) / MostFrames) == 0)
            {
                animation?.Add(frame);
            }

            if (_shown.Contains(frame.Lead))
            {
                rows.Add(ForecastRow.Of(frame, Reduce));
            }

            if (frame.Lead == leads)
            {
                Keep(new ForecastExhibit(forecast, size, Reduce(state), rows));
            }
        };
    }

    /// <summary>A typical forecast of every Reynolds number; of many Reynolds numbers some.</summary>
    /// <param name="model">The model's name.</param>
    internal ReportSection Typical(string model)
    {
        var chosen = Chosen();
        var note = chosen.Count < _kept.Count ? Say($" {chosen.Count} of {_kept.Count} Reynolds numbers are shown.") : "";
        return new ReportSection(
            "Fields",
            [
                Paragraph($"Of every Reynolds number a forecast of middling error at the last lead. All leads share their colour scales, so that growing errors show as growing colour.{note}"),
                .. chosen.Select(group => Draw(Middling(group.Value), model)),
                Moving(),
            ]);
    }

    /// <summary>The forecast with the greatest error at the last lead; none where the typical ones show it already.</summary>
    /// <param name="model">The model's name.</param>
    internal IEnumerable<ReportSection> Worst(string model)
    {
        var worst = _kept.Values.Select(kept => kept.Worst).MaxBy(exhibit => double.IsNaN(exhibit.Error) ? double.PositiveInfinity : exhibit.Error)!;
        if (!Chosen().Any(group => Middling(group.Value) == worst))
        {
            yield return new ReportSection("Worst case", Paragraph("The forecast with the highest relative error at the last lead."), Draw(worst, model));
        }
    }

    private static ForecastExhibit Middling(RepresentativeSet<ForecastExhibit> kept) => kept.Items[kept.Items.Count / 2];

    private IReadOnlyList<KeyValuePair<double, RepresentativeSet<ForecastExhibit>>> Chosen() => EvenChoice.Of(_kept.ToList(), MostReynolds);

    private void Keep(ForecastExhibit exhibit)
    {
        if (!_kept.TryGetValue(exhibit.Case.Reynolds, out var kept))
        {
            _kept[exhibit.Case.Reynolds] = kept = new RepresentativeSet<ForecastExhibit>(KeptOfEach);
        }

        kept.Add(exhibit.Error, exhibit);
    }

    private XElement Draw(ForecastExhibit exhibit, string model) => exhibit.Draw(
        label, model,
        new XElement("strong", $"{Flow.Name(exhibit.Case.Reynolds)}, {exhibit.Case.Run}, from t = {Plain(exhibit.Case.Start)}."),
        $" Error at the last lead shown {Number(exhibit.Error)}.");

    // One is enough to see the motion; each weighs a megabyte or two.
    private XElement Moving()
    {
        var (forecast, animation) = _animations.Values.ElementAt(_animations.Count / 2);
        return Element(
            "figure", "moving",
            Picture(animation.Encode(gnuplot), $"The forecast of {forecast.Run} as a moving picture"),
            new XElement(
                "figcaption",
                new XElement("strong", $"{Flow.Name(forecast.Reynolds)}, {forecast.Run}, from t = {Plain(forecast.Start)}, moving."),
                " On paper the last known state is seen."));
    }
}
