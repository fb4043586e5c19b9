namespace Flex.Evaluation.Metrics;

/// <summary>
/// Relative Frobenius-norm error, ‖x̂ − x‖_F / ‖x‖_F: 0 is perfect, 1 is as bad as answering zero everywhere.
/// Dimensionless. It is the headline metric of the FLEX paper (arXiv 2505.17351, section 5).
/// </summary>
/// <remarks>NaN when both norms vanish, infinite when only the truth does.</remarks>
public sealed class Rfne : FieldMetric
{
    private double _error;
    private double _truth;

    /// <inheritdoc/>
    public override string Name => "RFNE";

    /// <inheritdoc/>
    public override double Value => Math.Sqrt(_error / _truth);

    /// <inheritdoc/>
    protected override void Accumulate(double estimate, double truth)
    {
        var difference = estimate - truth;
        _error += difference * difference;
        _truth += truth * truth;
    }
}
