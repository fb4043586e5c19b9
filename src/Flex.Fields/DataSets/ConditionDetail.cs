using Flex.Fields.Grids;
using Flex.Fields.Resampling;

namespace Flex.Fields.DataSets;

/// <summary>What a condition says of the size of the residual, measured on whole fields, so that all tiles agree.</summary>
/// <param name="Rms">A quantity that grows in proportion to the residual; in units of the field.</param>
/// <param name="Steepness">The logarithm of a ratio of two such quantities; 0 for a field without detail.</param>
internal readonly record struct ConditionDetail(double Rms, double Steepness)
{
    /// <summary>
    /// The change that led to the present: q = rms(X_n − X_{n−s}), and log(q/rms(X_n)), how fast the flow changes.
    /// </summary>
    /// <param name="previous">X_{n−s}.</param>
    /// <param name="present">X_n.</param>
    public static ConditionDetail OfHistory(ReadOnlySpan<float> previous, ReadOnlySpan<float> present)
    {
        var (change, rms) = (0.0, 0.0);
        for (var i = 0; i < present.Length; i++)
        {
            double difference = present[i] - previous[i];
            change += difference * difference;
            rms += (double)present[i] * present[i];
        }

        return new ConditionDetail(Math.Sqrt(change / present.Length), change > 0 && rms > 0 ? Math.Log(change / rms) / 2 : 0);
    }

    /// <summary>
    /// The smallest scales of a coarse field, by what is lost when it is degraded once more: q₂, and log(q₂/q₄), the steepness of
    /// the spectrum near the cut-off, where qᵣ is the rms of X − up(X[::r]).
    /// </summary>
    /// <param name="field">X.</param>
    /// <param name="interpolation">Bilinear or bicubic.</param>
    /// <param name="registration">Where interpolation puts the kept points.</param>
    /// <exception cref="InputException">The field is too small.</exception>
    public static ConditionDetail OfCoarse(CoarseField field, Interpolation interpolation, Registration registration)
    {
        var q2 = Loss(field, 2, interpolation, registration);
        var q4 = Loss(field, 4, interpolation, registration);
        return new ConditionDetail(q2, q2 > 0 && q4 > 0 ? Math.Log(q2 / q4) : 0);
    }

    /// <summary>qᵣ, away from edges that are not periodic.</summary>
    public static double Loss(CoarseField field, int ratio, Interpolation interpolation, Registration registration)
    {
        // An axis that is not a multiple of r does not wrap around after degradation.
        var periodicY = field.PeriodicY && field.Height % ratio == 0;
        var periodicX = field.PeriodicX && field.Width % ratio == 0;
        var pair = new StridedPair(ratio, interpolation, registration);
        var up = pair.Upsample(pair.Coarsen(field.Rows, periodicY, periodicX), field.Height, field.Width);
        var (top, left) = (periodicY ? 0 : 2 * ratio, periodicX ? 0 : 2 * ratio);
        var window = new Window(top, left, field.Height - (2 * top), field.Width - (2 * left));
        return window.LiesIn(field.Height, field.Width)
            ? RmsDifference(field.Values.Span, up, field.Width, window)
            : throw new InputException($"a coarse field of {field.Height}×{field.Width} is too small to measure its detail at ×{ratio}: use a larger one, or a model with another residual scale than 'condition'");
    }

    /// <summary>The rms of a − b in a window of two fields.</summary>
    public static double RmsDifference(ReadOnlySpan<float> a, ReadOnlySpan<float> b, int width, Window window)
    {
        var sum = 0.0;
        for (var y = window.Y; y < window.Y + window.Height; y++)
        {
            var start = (y * width) + window.X;
            var rowA = a.Slice(start, window.Width);
            var rowB = b.Slice(start, window.Width);
            for (var x = 0; x < rowA.Length; x++)
            {
                double difference = rowA[x] - rowB[x];
                sum += difference * difference;
            }
        }

        return Math.Sqrt(sum / window.Count);
    }
}
