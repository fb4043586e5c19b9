namespace Flex.Evaluation.Metrics;

/// <summary>
/// Pearson's correlation, r = Σ(x̂ − ⟨x̂⟩)(x − ⟨x⟩) / √(Σ(x̂ − ⟨x̂⟩)² · Σ(x − ⟨x⟩)²), in [−1, 1], dimensionless.
/// It does not see a wrong mean or amplitude, so it never stands alone.
/// </summary>
/// <remarks>
/// The moments are updated point by point about the running means (Welford 1962, Technometrics 4, 419; its
/// covariance form), because Σx² − n⟨x⟩² cancels when the mean is large. NaN where either field is constant.
/// </remarks>
public sealed class PearsonCorrelation : FieldMetric
{
    private double _meanEstimate;
    private double _meanTruth;
    private double _estimate;
    private double _truth;
    private double _product;

    /// <inheritdoc/>
    public override string Name => "r";

    /// <inheritdoc/>
    public override double Value => _product / Math.Sqrt(_estimate * _truth);

    /// <inheritdoc/>
    protected override void Accumulate(double estimate, double truth)
    {
        var fromMeanEstimate = estimate - _meanEstimate;
        var fromMeanTruth = truth - _meanTruth;
        _meanEstimate += fromMeanEstimate / Count;
        _meanTruth += fromMeanTruth / Count;
        _estimate += fromMeanEstimate * (estimate - _meanEstimate);
        _truth += fromMeanTruth * (truth - _meanTruth);
        _product += fromMeanEstimate * (truth - _meanTruth);
    }
}
