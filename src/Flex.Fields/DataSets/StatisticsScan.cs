using Flex.Fields.Grids;
using Flex.IO;

namespace Flex.Fields.DataSets;

/// <summary>Measures training data in one pass over snapshots that are spread evenly over files and times.</summary>
internal static class StatisticsScan
{
    /// <summary>Snapshots measured at most: 400 of 512² take about two seconds, and more change the numbers by well under 1 %.</summary>
    public const int MaximumSnapshots = 400;

    /// <summary>Measures the data of super-resolution.</summary>
    /// <param name="snapshots">The data.</param>
    /// <param name="pair">How pairs are made.</param>
    /// <param name="kind">What residuals will be divided by.</param>
    /// <param name="progress">Told of every snapshot.</param>
    /// <exception cref="InputException">A constant field, or values that are missing.</exception>
    public static DataStatistics Run(SnapshotSet snapshots, StridedPair pair, ResidualScaleKind kind, IProgress progress)
    {
        var scale = new ResidualScale { Kind = kind, Unit = 1, Interpolation = pair.Interpolation, Registration = pair.Registration };
        return Run(snapshots.Channels, snapshots.Count, scale, progress, (snapshot, channel) =>
        {
            var file = snapshots.Find(snapshot).File;
            var values = snapshots.ReadWhole(snapshot, channel);
            var coarse = pair.Coarsen(new ArrayField(values, file.Height, file.Width), file.PeriodicY, file.PeriodicX);
            var up = pair.Upsample(coarse, file.Height, file.Width);
            var rms = ConditionDetail.RmsDifference(values, up, file.Width, Window.Whole(file.Height, file.Width));
            return new(values, rms, () => ConditionDetail.OfCoarse(coarse, pair.Interpolation, pair.Registration));
        });
    }

    /// <summary>Measures the data of a forecast.</summary>
    /// <param name="snapshots">The data.</param>
    /// <param name="horizon">The snapshots that have a past and a future.</param>
    /// <param name="kind">What residuals will be divided by.</param>
    /// <param name="progress">Told of every snapshot.</param>
    /// <exception cref="InputException">Fields that are constant or never change, or values that are missing.</exception>
    public static DataStatistics Run(SnapshotSet snapshots, ForecastHorizon horizon, ResidualScaleKind kind, IProgress progress) =>
        Run(snapshots.Channels, horizon.Count, new ResidualScale { Kind = kind, Unit = 1 }, progress, (item, channel) =>
        {
            var present = horizon.Present(item);
            var values = snapshots.ReadWhole(present, channel);
            var rms = ConditionDetail.OfHistory(values, snapshots.ReadWhole(present + horizon.Step, channel)).Rms;
            return new(values, rms, () => ConditionDetail.OfHistory(snapshots.ReadWhole(present - horizon.Step, channel), values));
        });

    /// <summary>The i-th of <paramref name="count"/> indices spread evenly over 0 … <paramref name="total"/> − 1.</summary>
    public static int Spread(int i, int count, int total) => (int)(((2L * i) + 1) * total / (2L * count));

    private static DataStatistics Run(int channels, int items, ResidualScale scale, IProgress progress, Func<int, int, Measurement> measure) =>
        DataStatistics.Join([.. Enumerable.Range(0, channels).Select(channel => Run(items, scale, progress, item => measure(item, channel)))]);

    private static DataStatistics Run(int items, ResidualScale scale, IProgress progress, Func<int, Measurement> measure)
    {
        var count = Math.Min(items, MaximumSnapshots);
        var moments = new Moments();
        var measured = new List<(ConditionDetail Detail, double ResidualRms)>();
        var residualSquares = 0.0;
        var points = 0L;
        for (var i = 0; i < count; i++)
        {
            var (values, rms, detail) = measure(Spread(i, count, items));
            moments.Add(values);
            if (scale.Kind == ResidualScaleKind.Condition)
            {
                measured.Add((detail(), rms));
            }

            residualSquares += rms * rms * values.Length;
            points += values.Length;
            progress.Report(i + 1, count, "statistics");
        }

        var (mean, std) = (moments.Mean, moments.Std);
        var totalRms = Math.Sqrt(residualSquares / points);
        if (!(std > 0) || !(totalRms > 0))
        {
            throw new InputException("the training data are constant in space or never change, so there is nothing to learn: choose another variable or other files");
        }

        scale = scale with { Unit = scale.Kind == ResidualScaleKind.Global ? totalRms : std };
        return new DataStatistics
        {
            Mean = mean,
            Std = std,
            ResidualRms = totalRms,
            ResidualScale = scale.Kind == ResidualScaleKind.Condition ? scale.Fit(measured) : scale,
            Snapshots = count,
        };
    }

    // One item: its field, the rms of its residual, and what its condition says of that.
    private readonly record struct Measurement(float[] Values, double ResidualRms, Func<ConditionDetail> Detail);
}
