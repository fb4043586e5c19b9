namespace Flex.Evaluation.Metrics;

/// <summary>Mean absolute error, ⟨|x̂ − x|⟩, in the unit of the field; less ruled by outliers than the RMSE.</summary>
public sealed class MeanAbsoluteError : FieldMetric
{
    private double _sum;

    /// <inheritdoc/>
    public override string Name => "MAE";

    /// <inheritdoc/>
    public override double Value => _sum / Count;

    /// <inheritdoc/>
    protected override void Accumulate(double estimate, double truth) => _sum += Math.Abs(estimate - truth);
}
