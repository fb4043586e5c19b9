using Flex.Fields.Grids;

namespace Flex.Fields.Resampling;

/// <summary>Interpolates rows of a coarse field along x, to the columns of a fine window.</summary>
internal sealed class RowStretcher
{
    private readonly Stencil[] _phases;
    private readonly IFieldRows _coarse;
    private readonly bool _periodic;
    private readonly int _x;
    private readonly int _first;
    private readonly float[] _row;
    private readonly float[] _values;

    /// <summary>Prepares buffers.</summary>
    /// <param name="phases">The stencil of fine point i·s + r, for r = 0 … s−1.</param>
    /// <param name="coarse">The coarse field.</param>
    /// <param name="periodic">Whether columns wrap around.</param>
    /// <param name="x">First fine column.</param>
    /// <param name="width">Number of fine columns.</param>
    public RowStretcher(Stencil[] phases, IFieldRows coarse, bool periodic, int x, int width)
    {
        _phases = phases;
        _coarse = coarse;
        _periodic = periodic;
        _x = x;
        _first = (x / phases.Length) + phases.Min(p => p.Offset);
        var last = ((x + width - 1) / phases.Length) + phases.Max(p => p.Offset + p.Weights.Length - 1);
        _row = new float[last - _first + 1];
        _values = new float[(width / phases.Length) + 1];
    }

    /// <summary>Interpolates one coarse row.</summary>
    public void Stretch(int y, Span<float> fine)
    {
        ReadPadded(y);
        var factor = _phases.Length;
        for (var i = 0; i < Math.Min(factor, fine.Length); i++)
        {
            // Fine columns i, i + s, i + 2s, … of the window have one stencil, on consecutive coarse points.
            var (cell, phase) = Math.DivRem(_x + i, factor);
            var stencil = _phases[phase];
            var values = _values.AsSpan(0, ((fine.Length - 1 - i) / factor) + 1);
            var start = cell + stencil.Offset - _first;
            for (var k = 0; k < stencil.Weights.Length; k++)
            {
                WeightedSum.Add(values, _row.AsSpan(start + k, values.Length), stencil.Weights[k], first: k == 0);
            }

            for (var j = 0; j < values.Length; j++)
            {
                fine[i + (j * factor)] = values[j];
            }
        }
    }

    // Reads the longest runs of columns inside the field, and wraps or repeats what lies beyond.
    private void ReadPadded(int y)
    {
        for (var i = 0; i < _row.Length;)
        {
            var column = Boundary.Resolve(_first + i, _coarse.Width, _periodic);
            var inside = _periodic || (_first + i >= 0 && _first + i < _coarse.Width);
            var run = inside ? Math.Min(_row.Length - i, _coarse.Width - column) : 1;
            _coarse.ReadRow(y, column, _row.AsSpan(i, run));
            i += run;
        }
    }
}
