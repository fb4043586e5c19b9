namespace Flex.Evaluation.Statistics;

/// <summary>A confidence interval: what the data leave open about a number.</summary>
/// <param name="Lower">Its lower end, in the number's unit.</param>
/// <param name="Upper">Its upper end.</param>
/// <param name="Level">How often such intervals hold the true value, in (0, 1): 0.95.</param>
public sealed record Interval(double Lower, double Upper, double Level)
{
    /// <summary>Whether a value lies in the interval, its ends included.</summary>
    /// <param name="value">The value.</param>
    public bool Contains(double value) => Lower <= value && value <= Upper;
}
