namespace Flex.Cli.Info;

/// <summary>
/// Mean, spread and range of values that arrive in blocks, without keeping them; blocks are merged by the parallel
/// algorithm of Chan, Golub and LeVeque (1983), which does not cancel where the mean is large.
/// </summary>
public sealed class RunningStatistics
{
    private double _sumOfSquares;

    /// <summary>Gets the number of values that are not missing.</summary>
    public long Count { get; private set; }

    /// <summary>Gets the number of missing values (NaN).</summary>
    public long Missing { get; private set; }

    /// <summary>Gets the smallest value; NaN without values.</summary>
    public double Min { get; private set; } = double.NaN;

    /// <summary>Gets the largest value; NaN without values.</summary>
    public double Max { get; private set; } = double.NaN;

    /// <summary>Gets the mean; NaN without values.</summary>
    public double Mean { get; private set; } = double.NaN;

    /// <summary>Gets the standard deviation (divided by N); NaN without values.</summary>
    public double StandardDeviation => Math.Sqrt(_sumOfSquares / Count);

    /// <summary>Adds a block.</summary>
    /// <param name="values">Values; NaN is missing.</param>
    public void Add(ReadOnlySpan<double> values)
    {
        var (count, sum, min, max) = (0L, 0.0, double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values)
        {
            if (!double.IsNaN(value))
            {
                count++;
                sum += value;
                min = Math.Min(min, value);
                max = Math.Max(max, value);
            }
        }

        Missing += values.Length - count;
        if (count > 0)
        {
            Merge(count, sum / count, SumOfSquares(values, sum / count), min, max);
        }
    }

    private static double SumOfSquares(ReadOnlySpan<double> values, double mean)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            if (!double.IsNaN(value))
            {
                sum += (value - mean) * (value - mean);
            }
        }

        return sum;
    }

    private void Merge(long count, double mean, double sumOfSquares, double min, double max)
    {
        if (Count == 0)
        {
            (Mean, _sumOfSquares, Min, Max) = (mean, sumOfSquares, min, max);
        }
        else
        {
            var difference = mean - Mean;
            var weight = (double)count / (Count + count);
            Mean += difference * weight;
            _sumOfSquares += sumOfSquares + (difference * difference * Count * weight);
            (Min, Max) = (Math.Min(Min, min), Math.Max(Max, max));
        }

        Count += count;
    }
}
