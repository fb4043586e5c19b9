using Flex.Fields.DataSets;
using Flex.Fields.Grids;

namespace Flex.Diffusion.Tiling;

/// <summary>
/// Missing values of a coarse field: a network needs a number everywhere, so they are filled from their neighbours before, and what
/// is made of them is masked afterwards.
/// </summary>
internal sealed class MissingValues
{
    private readonly bool[] _missing;
    private readonly bool _any;
    private readonly SuperResolutionTask _task;

    private MissingValues(CoarseField filled, bool[] missing, SuperResolutionTask task) =>
        (Filled, _missing, _any, _task) = (filled, missing, missing.Contains(true), task);

    /// <summary>The field with a value everywhere.</summary>
    public CoarseField Filled { get; }

    /// <summary>
    /// Fills a field in layers: points beside known ones get the mean of those neighbours, then the points beside these, and so on.
    /// </summary>
    /// <param name="coarse">The field; NaN and infinities are missing.</param>
    /// <param name="task">How coarse points lie among fine ones.</param>
    /// <returns>The filled field and the mask.</returns>
    /// <exception cref="InputException">Every value is missing.</exception>
    public static MissingValues Fill(CoarseField coarse, SuperResolutionTask task)
    {
        bool[] missing = [.. coarse.Values.ToArray().Select(v => !float.IsFinite(v))];
        var known = Array.ConvertAll(missing, m => !m);
        if (!known.Contains(true))
        {
            throw new InputException("every value of the coarse field is missing: choose another variable or time");
        }

        var values = coarse.Values.ToArray();
        for (var left = Indices(known, false); left.Count > 0;)
        {
            // A layer is found before it is filled, so that the answer has no direction.
            var layer = left.Select(i => (Index: i, Mean: MeanOfNeighbours(values, known, coarse, i))).Where(p => !double.IsNaN(p.Mean)).ToList();
            foreach (var (index, mean) in layer)
            {
                values[index] = (float)mean;
                known[index] = true;
            }

            left = [.. left.Where(i => !known[i])];
        }

        return new MissingValues(coarse with { Values = values }, missing, task);
    }

    /// <summary>Masks the cells of fine rows whose nearest coarse point is missing.</summary>
    /// <param name="window">The rows and columns.</param>
    /// <param name="values">Their values; masked ones become NaN.</param>
    public void Mask(Window window, Span<float> values)
    {
        if (!_any)
        {
            return;
        }

        for (var y = 0; y < window.Height; y++)
        {
            var row = Nearest(window.Y + y, Filled.Height, Filled.PeriodicY) * Filled.Width;
            for (var x = 0; x < window.Width; x++)
            {
                if (_missing[row + Nearest(window.X + x, Filled.Width, Filled.PeriodicX)])
                {
                    values[(y * window.Width) + x] = float.NaN;
                }
            }
        }
    }

    private int Nearest(int cell, int length, bool periodic)
    {
        var node = _task.Registration == Registration.Cell ? cell / _task.Factor : (cell + (_task.Factor / 2)) / _task.Factor;
        return periodic ? node % length : Math.Min(node, length - 1);
    }

    private static List<int> Indices(bool[] flags, bool wanted) => [.. Enumerable.Range(0, flags.Length).Where(i => flags[i] == wanted)];

    private static double MeanOfNeighbours(float[] values, bool[] known, CoarseField field, int index)
    {
        var (y, x) = Math.DivRem(index, field.Width);
        var (sum, count) = (0.0, 0);
        foreach (var (dy, dx) in new[] { (-1, 0), (0, -1), (0, 1), (1, 0) })
        {
            var (row, column) = (Step(y + dy, field.Height, field.PeriodicY), Step(x + dx, field.Width, field.PeriodicX));
            if (row >= 0 && column >= 0 && known[(row * field.Width) + column])
            {
                sum += values[(row * field.Width) + column];
                count++;
            }
        }

        return sum / count; // 0/0 is NaN: no neighbour is known yet
    }

    private static int Step(int i, int length, bool periodic) =>
        periodic ? (i + length) % length : i < length ? i : -1;
}
