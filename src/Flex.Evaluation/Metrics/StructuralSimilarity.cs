namespace Flex.Evaluation.Metrics;

/// <summary>
/// Structural similarity (Wang, Bovik, Sheikh and Simoncelli 2004, IEEE Trans. Image Process. 13, 600): the mean over
/// windows of (2 μₓμᵧ + C₁)(2 σₓᵧ + C₂) / ((μₓ² + μᵧ² + C₁)(σₓ² + σᵧ² + C₂)), at most 1, dimensionless. Windows are
/// Gaussian, 11 × 11 points with σ = 1.5; C₁ = (0.01 L)², C₂ = (0.03 L)².
/// </summary>
/// <remarks>
/// L is the data range. A physical field has no fixed one as an 8-bit picture has 255, so the range of the truth takes
/// its place unless one is given. Windows lie wholly inside the field, and those with a missing value are left out.
/// The measure was made for pictures: it is lenient on amplitude, and strict on the pattern where the field is smooth.
/// </remarks>
public static class StructuralSimilarity
{
    /// <summary>Side of the window.</summary>
    public const int Side = 11;

    private const double Sigma = 1.5;
    private const int Moments = 5;

    private static readonly double[] Weights = Gaussian();

    /// <summary>Judges a field.</summary>
    /// <param name="estimate">(H, W), row by row; NaN is missing.</param>
    /// <param name="truth">The reference, of the same shape.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <param name="dataRange">L &gt; 0, in the field's unit; null takes the range of the truth.</param>
    /// <returns>The similarity; NaN where no window fits.</returns>
    /// <exception cref="ArgumentException">A field is not of H × W values.</exception>
    public static double Of(ReadOnlySpan<float> estimate, ReadOnlySpan<float> truth, int height, int width, double? dataRange = null)
    {
        if (estimate.Length != height * width || truth.Length != height * width)
        {
            throw new ArgumentException($"fields of {estimate.Length} and {truth.Length} values on {height}×{width} points");
        }

        if (height < Side || width < Side)
        {
            return double.NaN;
        }

        var range = dataRange ?? Range(truth);
        var (c1, c2) = (Math.Pow(0.01 * range, 2), Math.Pow(0.03 * range, 2));

        // The Gaussian is a product of one along rows and one down columns: rows are averaged as they come, and the last eleven kept.
        var columns = width - Side + 1;
        var rows = new double[Side][];
        var window = new double[Moments];
        var (sum, count) = (0.0, 0L);
        for (var row = 0; row < height; row++)
        {
            rows[row % Side] = AverageRow(estimate.Slice(row * width, width), truth.Slice(row * width, width), rows[row % Side] ?? new double[columns * Moments]);
            for (var column = 0; row >= Side - 1 && column < columns; column++)
            {
                Array.Clear(window);
                for (var i = 0; i < Side; i++)
                {
                    var averaged = rows[(row + 1 + i) % Side].AsSpan(column * Moments, Moments);
                    for (var moment = 0; moment < Moments; moment++)
                    {
                        window[moment] += Weights[i] * averaged[moment];
                    }
                }

                var similarity = Similarity(window, c1, c2);
                if (!double.IsNaN(similarity))
                {
                    sum += similarity;
                    count++;
                }
            }
        }

        return sum / count;
    }

    /// <summary>Weighted means of x, y, x², y² and xy around every point of a row.</summary>
    private static double[] AverageRow(ReadOnlySpan<float> estimate, ReadOnlySpan<float> truth, double[] averages)
    {
        Array.Clear(averages);
        for (var column = 0; column < averages.Length / Moments; column++)
        {
            var at = averages.AsSpan(column * Moments, Moments);
            for (var i = 0; i < Side; i++)
            {
                var (weight, x, y) = (Weights[i], (double)estimate[column + i], (double)truth[column + i]);
                at[0] += weight * x;
                at[1] += weight * y;
                at[2] += weight * x * x;
                at[3] += weight * y * y;
                at[4] += weight * x * y;
            }
        }

        return averages;
    }

    private static double Similarity(double[] window, double c1, double c2)
    {
        var (meanX, meanY) = (window[0], window[1]);
        var (varianceX, varianceY, covariance) = (window[2] - (meanX * meanX), window[3] - (meanY * meanY), window[4] - (meanX * meanY));
        return ((2 * meanX * meanY) + c1) * ((2 * covariance) + c2)
            / (((meanX * meanX) + (meanY * meanY) + c1) * (varianceX + varianceY + c2));
    }

    private static double Range(ReadOnlySpan<float> truth)
    {
        var (minimum, maximum) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in truth)
        {
            if (!float.IsNaN(value))
            {
                (minimum, maximum) = (Math.Min(minimum, value), Math.Max(maximum, value));
            }
        }

        return maximum - minimum;
    }

    private static double[] Gaussian()
    {
        var weights = Enumerable.Range(0, Side).Select(i => Math.Exp(-Math.Pow(i - (Side / 2), 2) / (2 * Sigma * Sigma))).ToArray();
        var sum = weights.Sum();
        return [.. weights.Select(weight => weight / sum)];
    }
}
