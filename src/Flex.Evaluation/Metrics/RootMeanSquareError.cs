namespace Flex.Evaluation.Metrics;

/// <summary>Root mean square error, √⟨(x̂ − x)²⟩, in the unit of the field; ⟨·⟩ is the mean over unmasked points.</summary>
public sealed class RootMeanSquareError : FieldMetric
{
    private double _sum;

    /// <inheritdoc/>
    public override string Name => "RMSE";

    /// <inheritdoc/>
    public override double Value => Math.Sqrt(_sum / Count);

    /// <inheritdoc/>
    protected override void Accumulate(double estimate, double truth)
    {
        var difference = estimate - truth;
        _sum += difference * difference;
    }
}
