namespace Flex.Evaluation.Metrics;

/// <summary>
/// A number that says how far an estimated field is from the true one. It is a streaming accumulator: fields, tiles
/// or rows are added one after another and <see cref="Value"/> is the metric of all of them pooled, in double
/// precision whatever the order of magnitude of the data.
/// </summary>
/// <remarks>
/// A point that is NaN in the estimate or in the truth is masked: it takes no part in the value and is counted in
/// <see cref="Masked"/>, so that a report can show how much was left out. Infinities are not masked; they show.
/// </remarks>
public abstract class FieldMetric
{
    /// <summary>The usual short name, for table headings.</summary>
    public abstract string Name { get; }

    /// <summary>The metric over all points added so far; NaN while there is none.</summary>
    public abstract double Value { get; }

    /// <summary>Points that entered the value.</summary>
    public long Count { get; private set; }

    /// <summary>Points left out because the estimate or the truth is NaN there.</summary>
    public long Masked { get; private set; }

    /// <summary>The metric of a single pair of fields.</summary>
    /// <typeparam name="TMetric">Which metric.</typeparam>
    /// <param name="estimate">The field to be judged, any shape, flattened.</param>
    /// <param name="truth">The reference, of the same shape.</param>
    /// <returns>The value, in the unit that the metric states.</returns>
    public static double Of<TMetric>(ReadOnlySpan<float> estimate, ReadOnlySpan<float> truth)
        where TMetric : FieldMetric, new()
    {
        var metric = new TMetric();
        metric.Add(estimate, truth);
        return metric.Value;
    }

    /// <summary>Adds a pair of fields, or any part of one.</summary>
    /// <param name="estimate">The field to be judged, any shape, flattened.</param>
    /// <param name="truth">The reference, of the same shape.</param>
    /// <exception cref="ArgumentException">The two differ in length.</exception>
    public void Add(ReadOnlySpan<float> estimate, ReadOnlySpan<float> truth)
    {
        if (estimate.Length != truth.Length)
        {
            throw new ArgumentException($"the estimate has {estimate.Length} points, the truth {truth.Length}");
        }

        for (var i = 0; i < truth.Length; i++)
        {
            if (float.IsNaN(estimate[i]) || float.IsNaN(truth[i]))
            {
                Masked++;
                continue;
            }

            Count++;
            Accumulate(estimate[i], truth[i]);
        }
    }

    /// <summary>Takes one unmasked point into the running sums; <see cref="Count"/> includes it already.</summary>
    /// <param name="estimate">The estimated value.</param>
    /// <param name="truth">The true value.</param>
    protected abstract void Accumulate(double estimate, double truth);
}
