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

    private SuperResolutionData(DataConfig config, SnapshotSet snapshots, StridedPair pair, DataStatistics statistics)
        : base(config, snapshots, statistics, config.StrideAlign ?? config.Factor, snapshots.Count) => _pair = pair;

    /// <summary>Number of snapshots: times of all files.</summary>
    public override int Count => Snapshots.Count;

    /// <inheritdoc/>
    public override int ConditionChannels => Channels;

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
    public override WholeFields Whole(int item) => Whole(item, [], item);

    /// <inheritdoc/>
    public override void Render(PatchLocation location, Span<float> condition, Span<float> residual, Span<float> parameters)
    {
        var (file, _, _) = Snapshots.Find(location.Item);
        var (side, area) = (Config.Patch, Config.Patch * Config.Patch);
        var (fine, up) = (new float[area], new float[area]);
        for (var c = 0; c < Channels; c++)
        {
            var channel = c;
            _pair.Cut(
                (file.Height, file.PeriodicY),
                (file.Width, file.PeriodicX),
                location.Y,
                location.X,
                side,
                (window, destination) => Snapshots.Read(location.Item, channel, window, destination),
                fine,
                up);
            Normalise(location, c, up, condition.Slice(c * area, area));
            if (Config.Target == PatchTarget.Raw)
            {
                Normalise(location, c, fine, residual.Slice(c * area, area));
            }
            else
            {
                TensorPrimitives.Subtract(fine, up, fine);
                NormaliseResidual(location, c, fine, residual.Slice(c * area, area));
            }
        }

        file.Parameters.CopyTo(parameters);
    }

    private protected override int SnapshotOf(int item) => item;

    private protected override double PredictScale(int item, int channel)
    {
        var file = Snapshots.Find(item).File;
        var whole = new ArrayField(Snapshots.ReadWhole(item, channel), file.Height, file.Width);
        return Statistics.Of(channel).ResidualScale.For(_pair.Coarsen(whole, file.PeriodicY, file.PeriodicX));
    }
}
