using Flex.Fields.Grids;
using Flex.Fields.Resampling;

namespace Flex.Fields.DataSets;

/// <summary>How much of a field is lost when it is degraded once more: a measure of its smallest scales.</summary>
internal static class CoarseDetail
{
    /// <summary>The rms over the field of X − up(X[::r]), away from edges that are not periodic.</summary>
    /// <param name="field">X.</param>
    /// <param name="ratio">r ≥ 2.</param>
    /// <param name="interpolation">Bilinear or bicubic.</param>
    /// <param name="registration">Where interpolation puts the kept points.</param>
    /// <exception cref="InputException">Nothing is left between the edges.</exception>
    public static double Rms(CoarseField field, int ratio, Interpolation interpolation, Registration registration)
    {
        // An axis that is not a multiple of r does not wrap around after degradation.
        var (periodicY, periodicX) = (field.PeriodicY && field.Height % ratio == 0, field.PeriodicX && field.Width % ratio == 0);
        var pair = new StridedPair(ratio, interpolation, registration);
        var up = pair.Upsample(pair.Coarsen(field.Rows, periodicY, periodicX), field.Height, field.Width);
        var (top, left) = (periodicY ? 0 : 2 * ratio, periodicX ? 0 : 2 * ratio);
        var window = new Window(top, left, field.Height - (2 * top), field.Width - (2 * left));
        return window.LiesIn(field.Height, field.Width)
            ? RmsDifference(field.Values.Span, up, field.Width, window)
            : throw new InputException($"a coarse field of {field.Height}×{field.Width} is too small to measure its detail at ×{ratio}; use a larger one, or a model with another residual scale than 'condition'");
    }

    /// <summary>The rms of a − b in a window, in double precision.</summary>
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
