using Flex.Fields.DataSets;
using Flex.Fields.Grids;
using Flex.Fields.Resampling;

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

    /// <summary>Fills a field from its neighbours.</summary>
    /// <param name="coarse">The field; NaN and infinities are missing.</param>
    /// <param name="task">How coarse points lie among fine ones.</param>
    /// <returns>The filled field and the mask.</returns>
    /// <exception cref="InputException">Every value is missing.</exception>
    public static MissingValues Fill(CoarseField coarse, SuperResolutionTask task)
    {
        var values = coarse.Values.ToArray();
        var missing = NeighbourFill.Fill(values, coarse.Height, coarse.Width, coarse.PeriodicY, coarse.PeriodicX)
            ?? throw new InputException("every value of the coarse field is missing: choose another variable or time");
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
}
