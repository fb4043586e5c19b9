using System.Numerics.Tensors;
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
    public static DataStatistics Run(SnapshotSet snapshots, StridedPair pair, ResidualScaleKind kind, IProgress progress) =>
        DataStatistics.Join([.. Enumerable.Range(0, snapshots.Channels).Select(channel => Run(snapshots, channel, pair, kind, progress))]);

    /// <summary>Measures the data of a forecast.</summary>
    /// <param name="snapshots">The data.</param>
    /// <param name="horizons">The snapshots that have a past and a future.</param>
    /// <param name="kind">What residuals will be divided by.</param>
    /// <param name="progress">Told of every snapshot.</param>
    /// <exception cref="InputException">Fields that are constant or never change, or values that are missing.</exception>
    public static DataStatistics Run(SnapshotSet snapshots, ForecastHorizon horizons, ResidualScaleKind kind, IProgress progress) =>
        DataStatistics.Join([.. Enumerable.Range(0, snapshots.Channels).Select(channel => Run(snapshots, channel, horizons, kind, progress))]);

    /// <summary>Measures the rms of the induced velocity's components.</summary>
    /// <param name="snapshots">Vorticity on doubly periodic grids.</param>
    /// <returns>The rms, in cells per unit of time.</returns>
    public static double VelocityRms(SnapshotSet snapshots)
    {
        var count = Math.Min(snapshots.Count, MaximumSnapshots);
        return Math.Sqrt(Enumerable.Range(0, count).Average(i =>
        {
            var (u, v) = snapshots.ReadVelocity(Spread(i, count, snapshots.Count));
            return ((double)TensorPrimitives.SumOfSquares(u) + TensorPrimitives.SumOfSquares(v)) / (2.0 * u.Length);
        }));
    }

    private static DataStatistics Run(SnapshotSet snapshots, int channel, StridedPair pair, ResidualScaleKind kind, IProgress progress)
    {
        var count = Math.Min(snapshots.Count, MaximumSnapshots);
        var moments = new Moments();
        var measured = new List<(ConditionDetail Detail, double ResidualRms)>();
        var residualSquares = 0.0;
        var points = 0L;
        for (var i = 0; i < count; i++)
        {
            var snapshot = Spread(i, count, snapshots.Count);
            var file = snapshots.Find(snapshot).File;
            var values = snapshots.ReadWhole(snapshot, channel);
            moments.Add(values);
            var coarse = pair.Coarsen(new ArrayField(values, file.Height, file.Width), file.PeriodicY, file.PeriodicX);
            var up = pair.Upsample(coarse, file.Height, file.Width);
            var rms = ConditionDetail.RmsDifference(values, up, file.Width, Window.Whole(file.Height, file.Width));
            if (kind == ResidualScaleKind.Condition)
            {
                measured.Add((ConditionDetail.OfCoarse(coarse, pair.Interpolation, pair.Registration), rms));
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

    private static DataStatistics Run(SnapshotSet snapshots, int channel, ForecastHorizon horizons, ResidualScaleKind kind, IProgress progress)
    {
        var count = Math.Min(horizons.Count, MaximumSnapshots);
        var moments = new Moments();
        var measured = new List<(ConditionDetail Detail, double ResidualRms)>();
        var residualSquares = 0.0;
        var points = 0L;
        for (var i = 0; i < count; i++)
        {
            var present = horizons.Present(Spread(i, count, horizons.Count));
            var values = snapshots.ReadWhole(present, channel);
            moments.Add(values);
            var residual = ConditionDetail.OfHistory(values, snapshots.ReadWhole(present + horizons.Step, channel)).Rms;
            if (kind == ResidualScaleKind.Condition)
            {
                measured.Add((ConditionDetail.OfHistory(snapshots.ReadWhole(present - horizons.Step, channel), values), residual));
            }

            residualSquares += residual * residual * values.Length;
            points += values.Length;
            progress.Report(i + 1, count, "statistics");
        }

        var rms = Math.Sqrt(residualSquares / points);
        if (!(moments.Std > 0) || !(rms > 0))
        {
            throw new InputException("the training data are constant in space or time, so there is nothing to learn: choose another variable or other files");
        }

        var scale = new ResidualScale { Kind = kind, Unit = kind == ResidualScaleKind.Global ? rms : moments.Std };
        return new DataStatistics
        {
            Mean = moments.Mean,
            Std = moments.Std,
            ResidualRms = rms,
            ResidualScale = kind == ResidualScaleKind.Condition ? scale.Fit(measured) : scale,
            Snapshots = count,
        };
    }

    /// <summary>The i-th of <paramref name="count"/> indices spread evenly over 0 … <paramref name="total"/> − 1.</summary>
    public static int Spread(int i, int count, int total) => (int)(((2L * i) + 1) * total / (2L * count));
}
