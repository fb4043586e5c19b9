namespace Flex.Fields.DataSets;

/// <summary>
/// Mean and standard deviation of values that come in parts (Chan, Golub and LeVeque, "Updating formulae and a pairwise
/// algorithm for computing sample variances", 1979).
/// </summary>
internal sealed class Moments
{
    private double _squares;
    private long _count;

    /// <summary>The mean.</summary>
    public double Mean { get; private set; }

    /// <summary>The standard deviation of the population.</summary>
    public double Std => Math.Sqrt(_squares / _count);

    /// <summary>Adds values.</summary>
    public void Add(ReadOnlySpan<float> values)
    {
        var (sum, squares) = (0.0, 0.0);
        foreach (double value in values)
        {
            sum += value;
        }

        var mean = sum / values.Length;
        foreach (double value in values)
        {
            squares += (value - mean) * (value - mean);
        }

        var count = _count + values.Length;
        var difference = mean - Mean;
        _squares += squares + (difference * difference * _count * values.Length / count);
        Mean += difference * values.Length / count;
        _count = count;
    }
}
