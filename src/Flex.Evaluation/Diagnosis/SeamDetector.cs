using System.Globalization;

namespace Flex.Evaluation.Diagnosis;

/// <summary>Seams: the error jumps where tiles begin and end.</summary>
public sealed class SeamDetector : IDetector
{
    private const double Limit = 1.1;

    private double _atEdges, _elsewhere;
    private long _edges, _others;

    /// <inheritdoc/>
    public Symptom Result
    {
        get
        {
            var ratio = _edges == 0 ? double.NaN : Math.Sqrt(_atEdges / _edges / (_elsewhere / _others));
            return new(
                "seams",
                _edges == 0
                    ? "a single tile covers the field"
                    : string.Create(CultureInfo.InvariantCulture, $"the error's steps across tile edges are {ratio:0.000} of those elsewhere (1 is right)"),
                ratio,
                Limit,
                ratio > Limit,
                "raise --overlap");
        }
    }

    /// <inheritdoc/>
    public void Add(ExaminedField field)
    {
        ArgumentNullException.ThrowIfNull(field);
        var (rows, columns) = (field.EdgeRows.ToHashSet(), field.EdgeColumns.ToHashSet());
        foreach (var member in field.Members)
        {
            for (var y = 1; y < field.Height; y++)
            {
                for (var x = 1; x < field.Width; x++)
                {
                    var at = (y * field.Width) + x;
                    var error = member[at] - field.Truth[at];
                    Count(error - (member[at - 1] - field.Truth[at - 1]), columns.Contains(x));
                    Count(error - (member[at - field.Width] - field.Truth[at - field.Width]), rows.Contains(y));
                }
            }
        }
    }

    private void Count(double step, bool atEdge)
    {
        if (atEdge)
        {
            _atEdges += step * step;
            _edges++;
        }
        else
        {
            _elsewhere += step * step;
            _others++;
        }
    }
}
