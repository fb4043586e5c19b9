namespace Flex.Evaluation.Metrics;

/// <summary>
/// The anomaly correlation coefficient, Σ(x̂ − c)(x − c) / √(Σ(x̂ − c)² · Σ(x − c)²), in [−1, 1], dimensionless: whether a
/// forecast tells how the state differs from the climatology c, which everybody knows (Murphy and Epstein 1989, Mon.
/// Wea. Rev. 117, 572; the uncentred form). 0 for the climatology's own pattern; forecasts below 0.6 are usually called
/// useless.
/// </summary>
/// <remarks>Pieces of fields are added one after another. Points that are NaN in any of the three are masked. NaN where an anomaly vanishes.</remarks>
public sealed class AnomalyCorrelation
{
    private double _estimate;
    private double _truth;
    private double _product;

    /// <summary>The coefficient over all points added so far.</summary>
    public double Value => _product / Math.Sqrt(_estimate * _truth);

    /// <summary>The coefficient of a single field.</summary>
    /// <inheritdoc cref="Add"/>
    /// <returns>The coefficient.</returns>
    public static double Of(ReadOnlySpan<float> estimate, ReadOnlySpan<float> truth, ReadOnlySpan<float> climatology)
    {
        var correlation = new AnomalyCorrelation();
        correlation.Add(estimate, truth, climatology);
        return correlation.Value;
    }

    /// <summary>Adds a field, or any part of one.</summary>
    /// <param name="estimate">The field to be judged, any shape, flattened.</param>
    /// <param name="truth">The reference, of the same shape.</param>
    /// <param name="climatology">The mean state, of the same shape.</param>
    /// <exception cref="ArgumentException">They differ in length.</exception>
    public void Add(ReadOnlySpan<float> estimate, ReadOnlySpan<float> truth, ReadOnlySpan<float> climatology)
    {
        if (estimate.Length != truth.Length || climatology.Length != truth.Length)
        {
            throw new ArgumentException($"the estimate has {estimate.Length} points, the truth {truth.Length}, the climatology {climatology.Length}");
        }

        for (var i = 0; i < truth.Length; i++)
        {
            var (x, y) = ((double)estimate[i] - climatology[i], (double)truth[i] - climatology[i]);
            if (!double.IsNaN(x) && !double.IsNaN(y))
            {
                _estimate += x * x;
                _truth += y * y;
                _product += x * y;
            }
        }
    }
}
