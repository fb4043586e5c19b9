using System.Globalization;

namespace Flex.Training;

/// <summary>Notices a training whose loss has jumped up for good, as one whose steps are too long does sooner or later.</summary>
/// <remarks>Single batches may have any loss, so means over <see cref="Window"/> steps are compared.</remarks>
public sealed class DivergenceGuard
{
    /// <summary>The steps of a mean.</summary>
    public const int Window = 100;

    /// <summary>The growth over the lowest mean that is called divergence: no sound training loses so much in so few steps.</summary>
    public const double Limit = 4;

    private double _sum;
    private int _count;
    private double _lowest = double.PositiveInfinity;

    /// <summary>Looks at the next step.</summary>
    /// <param name="step">Its number, from 1.</param>
    /// <param name="loss">Its loss.</param>
    /// <exception cref="InputException">The training has diverged.</exception>
    public void Add(long step, double loss)
    {
        _sum += loss;
        if (++_count < Window)
        {
            return;
        }

        var mean = _sum / Window;
        (_sum, _count) = (0, 0);
        if (_lowest > 0 && mean > Limit * _lowest)
        {
            throw new InputException(string.Create(
                CultureInfo.InvariantCulture,
                $"step {step}: the training has diverged, its loss over {Window} steps is {mean:G3} after {_lowest:G3}; train with a lower learning_rate; the last checkpoint is intact"));
        }

        _lowest = Math.Min(_lowest, mean);
    }
}
