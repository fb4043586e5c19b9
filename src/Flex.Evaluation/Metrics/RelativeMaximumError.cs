namespace Flex.Evaluation.Metrics;

/// <summary>
/// Relative maximum error, max|x̂ − x| / max|x|: the worst point, as a fraction of the largest true value.
/// Dimensionless; it finds the local blunder (a seam, a blown-up pixel) that an average hides.
/// </summary>
public sealed class RelativeMaximumError : FieldMetric
{
    private double _error;
    private double _truth;

    /// <inheritdoc/>
    public override string Name => "max error";

    /// <inheritdoc/>
    public override double Value => _error / _truth;

    /// <inheritdoc/>
    protected override void Accumulate(double estimate, double truth)
    {
        _error = Math.Max(_error, Math.Abs(estimate - truth));
        _truth = Math.Max(_truth, Math.Abs(truth));
    }
}
