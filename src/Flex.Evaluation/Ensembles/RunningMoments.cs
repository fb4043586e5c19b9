namespace Flex.Evaluation.Ensembles;

/// <summary>Mean and standard deviation of numbers that are not kept (Welford 1962, Technometrics 4, 419).</summary>
internal sealed class RunningMoments
{
    private long _count;
    private double _mean;
    private double _squares;

    /// <summary>The mean; NaN while there is no number.</summary>
    public double Mean => _count > 0 ? _mean : double.NaN;

    /// <summary>The standard deviation with n in its denominator; NaN while there is no number.</summary>
    public double StandardDeviation => Math.Sqrt(_squares / _count);

    /// <summary>Adds a number.</summary>
    public void Add(double value)
    {
        var deviation = value - _mean;
        _mean += deviation / ++_count;
        _squares += deviation * (value - _mean);
    }

    /// <summary>Adds another's numbers (Chan, Golub and LeVeque 1983, The American Statistician 37, 242).</summary>
    public void Merge(RunningMoments other)
    {
        if (other._count == 0)
        {
            return;
        }

        var total = _count + other._count;
        var deviation = other._mean - _mean;
        _squares += other._squares + (deviation * deviation * _count * other._count / total);
        _mean += deviation * other._count / total;
        _count = total;
    }
}
