using System.Numerics.Tensors;
using Flex.Fields.Grids;
using Flex.IO;

namespace Flex.Fields.DataSets;

/// <summary>
/// Pairs for super-resolution from files of fine fields: condition up(X_LR) and residual X_HR − up(X_LR), where X_LR is every s-th point
/// of X_HR and <c>up</c> interpolates it back to the fine grid.
/// </summary>
public sealed class SuperResolutionData : PatchData
{
    private readonly StridedPair _pair;
    private readonly double[] _scales;

    private SuperResolutionData(DataConfig config, SnapshotSet snapshots, StridedPair pair, DataStatistics statistics)
        : base(config, snapshots, statistics, config.StrideAlign ?? config.Factor)
    {
        _pair = pair;
        _scales = new double[snapshots.Count];
    }

    /// <summary>Number of snapshots: times of all files.</summary>
    public override int Count => Snapshots.Count;

    /// <inheritdoc/>
    public override int ConditionChannels => 1;

    /// <summary>Opens data.</summary>
    /// <param name="config">What to open.</param>
    /// <param name="folder">The folder that relative file patterns start from: the configuration's.</param>
    /// <param name="statistics">The normalisation to use (of the training data, for validation; of a checkpoint, when resuming); null measures the files.</param>
    /// <param name="progress">Told of the measurement.</param>
    /// <exception cref="InputException">Settings that make no sense, no matching file, or a file that does not fit them.</exception>
    public static SuperResolutionData Open(
        DataConfig config, string folder, DataStatistics? statistics = null, IProgress? progress = null)
    {
        var snapshots = OpenSnapshots(config, folder);
        try
        {
            snapshots.RequireMultiplesOf(config.Factor);
            var pair = new StridedPair(config.Factor, config.Interpolation, config.Registration);
            statistics ??= StatisticsScan.Run(snapshots, pair, config.ResidualScale, progress ?? NoProgress.Instance);
            return new SuperResolutionData(config, snapshots, pair, statistics);
        }
        catch
        {
            snapshots.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override void Render(PatchLocation location, Span<float> condition, Span<float> residual, Span<float> parameters)
    {
        var (file, _, _) = Snapshots.Find(location.Item);
        var side = Config.Patch;
        var fine = new float[side * side];
        var up = new float[side * side];
        _pair.Cut(
            (file.Height, file.PeriodicY),
            (file.Width, file.PeriodicX),
            location.Y,
            location.X,
            side,
            (window, destination) => Snapshots.Read(location.Item, window, destination),
            fine,
            up);

        var (mean, std) = (Statistics.Mean, Statistics.Std);
        var sign = location.Symmetry.Sign(Config.Symmetries);
        var shift = (float)(-mean / std);
        location.Symmetry.Apply(up, side, (float)(sign / std), shift, condition);
        if (Config.Target == PatchTarget.Raw)
        {
            location.Symmetry.Apply(fine, side, (float)(sign / std), shift, residual);
        }
        else
        {
            TensorPrimitives.Subtract(fine, up, fine);
            location.Symmetry.Apply(fine, side, (float)(sign / Scale(location.Item)), 0, residual);
        }

        file.Parameters.CopyTo(parameters);
    }

    /// <summary>What the residual of a snapshot is divided by, in units of the field.</summary>
    /// <param name="snapshot">0 … <see cref="Count"/> − 1.</param>
    public double Scale(int snapshot)
    {
        if (Statistics.ResidualScale.Kind != ResidualScaleKind.Condition)
        {
            return Statistics.ResidualScale.Unit;
        }

        // Needs the whole snapshot, so it is kept; 0 is not yet known, and two threads would store the same number.
        var scale = Volatile.Read(ref _scales[snapshot]);
        if (scale == 0)
        {
            var file = Snapshots.Find(snapshot).File;
            var whole = new ArrayField(Snapshots.ReadWhole(snapshot), file.Height, file.Width);
            scale = Statistics.ResidualScale.For(_pair.Coarsen(whole, file.PeriodicY, file.PeriodicX));
            Volatile.Write(ref _scales[snapshot], scale);
        }

        return scale;
    }

    private protected override int SnapshotOf(int item) => item;
}
