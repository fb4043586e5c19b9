namespace Flex.Evaluation.Metrics;

/// <summary>
/// Peak signal-to-noise ratio, 20·log₁₀((max x − min x) / RMSE), in decibels; infinite for a perfect answer. A
/// physical field has no fixed peak as an 8-bit picture has 255, so the range of the truth takes its place.
/// </summary>
public sealed class PeakSignalToNoiseRatio : FieldMetric
{
    private double _sum;
    private double _minimum = double.PositiveInfinity;
    private double _maximum = double.NegativeInfinity;

    /// <inheritdoc/>
    public override string Name => "PSNR";

    /// <inheritdoc/>
    public override double Value =>
        Count == 0 ? double.NaN : 20 * Math.Log10((_maximum - _minimum) / Math.Sqrt(_sum / Count));

    /// <inheritdoc/>
    protected override void Accumulate(double estimate, double truth)
    {
        var difference = estimate - truth;
        _sum += difference * difference;
        _minimum = Math.Min(_minimum, truth);
        _maximum = Math.Max(_maximum, truth);
    }
}
