using System.Globalization;
using Flex.Evaluation.Scores;

namespace Flex.Evaluation.Figures;

/// <summary>The picture of a forecast, a row a lead: truth, two members, and the members' mean and standard deviation.</summary>
public static class ForecastFigure
{
    /// <summary>Lays the picture out; all panels share the first truth's colour scale.</summary>
    /// <param name="frames">The leads, from the top; at least one, all with as many members.</param>
    /// <param name="height">Rows of the fields.</param>
    /// <param name="width">Columns.</param>
    /// <param name="label">What the colours mean, with unit.</param>
    /// <returns>The figure; a single member has no mean and no standard deviation.</returns>
    public static FieldFigure Compare(IReadOnlyList<ForecastFrame> frames, int height, int width, string label)
    {
        ArgumentNullException.ThrowIfNull(frames);
        var scale = ColourScale.Covering([frames[0].Truth]);
        var deviations = frames.Where(frame => frame.Members.Count > 1).Select(frame => MemberStatistics.StandardDeviation(frame.Members)).ToArray();
        var factor = scale.Magnification(deviations);
        var panels = new List<FieldPanel>();
        for (var i = 0; i < frames.Count; i++)
        {
            var (lead, time, truth, members) = frames[i];
            void Add(string title, float[] field, string note) => panels.Add(new FieldPanel(title, field, height, width, note));
            Add("truth", truth, string.Create(CultureInfo.InvariantCulture, $"lead {lead}, t = {time:0.####}"));
            foreach (var (index, member) in members.Take(2).Index())
            {
                Add($"member {index + 1}", member, FigureText.Rfne(member, truth));
            }

            if (members.Count > 1)
            {
                var mean = MemberStatistics.Mean(members);
                Add($"mean of {members.Count}", mean, FigureText.Rfne(mean, truth));
                Add("standard deviation", [.. deviations[i].Select(value => factor * value)], FigureText.Magnified(factor));
            }
        }

        return new FieldFigure(panels, scale, label, panels.Count / frames.Count);
    }
}
