using System.Globalization;
using Flex.Evaluation.Metrics;
using Flex.Evaluation.Scores;

namespace Flex.Evaluation.Diagnosis;

/// <summary>Posterior collapse: the strong condition says it all, noise has no effect, and all members are the same.</summary>
public sealed class CollapseDetector : IDetector
{
    // Uncalibrated few-step ensembles have 0.25 to 0.5, a collapsed one less than 0.01.
    private const double Limit = 0.05;

    private double _variance, _squaredError;
    private int _members;

    /// <inheritdoc/>
    public Symptom Result
    {
        get
        {
            var ratio = Math.Sqrt((_members + 1.0) / _members * _variance / _squaredError);
            return new(
                "posterior collapse",
                string.Create(CultureInfo.InvariantCulture, $"spread is {ratio:0.000} of the mean's error (1 is right)"),
                ratio,
                Limit,
                ratio < Limit,
                "weaken the strong conditioning (model.strong_strength below 1) and train again, or calibrate: flex calibrate");
        }
    }

    /// <inheritdoc/>
    public void Add(ExaminedField field)
    {
        ArgumentNullException.ThrowIfNull(field);
        _members = field.Members.Count;
        _variance += MemberStatistics.StandardDeviation(field.Members).Average(value => (double)value * value);
        var error = FieldMetric.Of<RootMeanSquareError>(MemberStatistics.Mean(field.Members), field.Truth);
        _squaredError += error * error;
    }
}
