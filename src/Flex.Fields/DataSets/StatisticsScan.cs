using Flex.Fields.Grids;
using Flex.IO;

namespace Flex.Fields.DataSets;

/// <summary>Measures training data in one pass over snapshots that are spread evenly over files and times.</summary>
internal static class StatisticsScan
{
    /// <summary>Snapshots measured at most: 400 of 512² take about two seconds, and more change the numbers by well under 1 %.</summary>
    public const int MaximumSnapshots = 400;

    /// <summary>Measures.</summary>
    /// <param name="snapshots">The data.</param>
    /// <param name="pair">How pairs are made.</param>
    /// <param name="kind">What residuals will be divided by.</param>
    /// <param name="progress">Told of every snapshot.</param>
    /// <exception cref="InputException">A constant field, or values that are missing.</exception>
    public static DataStatistics Run(SnapshotSet snapshots, StridedPair pair, ResidualScaleKind kind, IProgress progress)
    {
        var count = Math.Min(snapshots.Count, MaximumSnapshots);
        var moments = new Moments();
        var measured = new List<(CoarseDetail Detail, double ResidualRms)>();
        var residualSquares = 0.0;
        var points = 0L;
        for (var i = 0; i < count; i++)
        {
            var snapshot = Spread(i, count, snapshots.Count);
            var file = snapshots.Find(snapshot).File;
            var values = snapshots.ReadWhole(snapshot);
            moments.Add(values);
            var coarse = pair.Coarsen(new ArrayField(values, file.Height, file.Width), file.PeriodicY, file.PeriodicX);
            var up = pair.Upsample(coarse, file.Height, file.Width);
            var rms = CoarseDetail.RmsDifference(values, up, file.Width, Window.Whole(file.Height, file.Width));
            if (kind == ResidualScaleKind.Condition)
            {
                measured.Add((CoarseDetail.Measure(coarse, pair.Interpolation, pair.Registration), rms));
            }

            residualSquares += rms * rms * values.Length;
            points += values.Length;
            progress.Report(i + 1, count, "statistics");
        }

        var (mean, std) = (moments.Mean, moments.Std);
        var totalRms = Math.Sqrt(residualSquares / points);
        if (!(std > 0) || !(totalRms > 0))
        {
            throw new InputException("the training data are constant in space, so there is nothing to learn: choose another variable or other files");
        }

        var scale = new ResidualScale
        {
            Kind = kind,
            Unit = kind == ResidualScaleKind.Global ? totalRms : std,
            Interpolation = pair.Interpolation,
            Registration = pair.Registration,
        };
        return new DataStatistics
        {
            Mean = mean,
            Std = std,
            ResidualRms = totalRms,
            ResidualScale = kind == ResidualScaleKind.Condition ? scale.Fit(measured) : scale,
            Snapshots = count,
        };
    }

    /// <summary>The i-th of <paramref name="count"/> indices spread evenly over 0 … <paramref name="total"/> − 1.</summary>
    public static int Spread(int i, int count, int total) => (int)(((2L * i) + 1) * total / (2L * count));

    // Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances" (1979).
    private sealed class Moments
    {
        private double _squares;
        private long _count;

        public double Mean { get; private set; }

        public double Std => Math.Sqrt(_squares / _count);

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
}
