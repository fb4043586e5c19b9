namespace Flex.Evaluation.Metrics;

/// <summary>All metrics of a field, accumulated together.</summary>
public sealed class MetricSet
{
    private readonly FieldMetric[] _metrics =
    [
        new Rfne(), new RootMeanSquareError(), new MeanAbsoluteError(), new PearsonCorrelation(),
        new RelativeMaximumError(), new PeakSignalToNoiseRatio(),
    ];

    /// <summary>The values by the metrics' names.</summary>
    public IReadOnlyDictionary<string, double> Values => _metrics.ToDictionary(metric => metric.Name, metric => metric.Value);

    /// <summary>Points left out because the estimate or the truth is NaN there.</summary>
    public long Masked => _metrics[0].Masked;

    /// <summary>Adds a pair of fields, or any part of one.</summary>
    /// <param name="estimate">The field to be judged, any shape, flattened.</param>
    /// <param name="truth">The reference, of the same shape.</param>
    /// <exception cref="ArgumentException">The two differ in length.</exception>
    public void Add(ReadOnlySpan<float> estimate, ReadOnlySpan<float> truth)
    {
        foreach (var metric in _metrics)
        {
            metric.Add(estimate, truth);
        }
    }
}
