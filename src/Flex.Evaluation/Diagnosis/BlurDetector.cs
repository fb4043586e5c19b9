using System.Globalization;
using Flex.Evaluation.Metrics;
using Flex.Evaluation.Scores;

namespace Flex.Evaluation.Diagnosis;

/// <summary>Too little is learnt of the condition: members err much, and mostly because they differ from each other.</summary>
/// <param name="baseline">What their error is compared with.</param>
public sealed class BlurDetector(string baseline) : IDetector
{
    private const double Limit = 0.8;

    // Of the members' squared error. A calibrated ensemble of a model that knows something has one half.
    private const double LeastShare = 0.25;

    private readonly List<double> _ratios = [];
    private double _variance, _squaredError;

    /// <inheritdoc/>
    public Symptom Result
    {
        get
        {
            var (ratio, share) = (_ratios.Count > 0 ? _ratios.Average() : double.NaN, _variance / _squaredError);
            return new(
                "blur",
                string.Create(CultureInfo.InvariantCulture, $"a member's error is {ratio:0.000} of {baseline}'s, {share:P0} of it the members' differences"),
                ratio,
                Limit,
                ratio > Limit && share > LeastShare,
                "raise weak_levels or the network's size, or train longer");
        }
    }

    /// <inheritdoc/>
    public void Add(ExaminedField field)
    {
        ArgumentNullException.ThrowIfNull(field);
        var errors = field.Members.Select(member => FieldMetric.Of<RootMeanSquareError>(member, field.Truth)).ToArray();
        _ratios.Add(errors.Average() / FieldMetric.Of<RootMeanSquareError>(field.Baseline, field.Truth));
        _squaredError += errors.Average(error => error * error);
        _variance += MemberStatistics.StandardDeviation(field.Members).Average(value => (double)value * value);
    }
}
