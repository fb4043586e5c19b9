using System.Numerics.Tensors;
using Flex.IO;

namespace Flex.Fields.DataSets;

/// <summary>
/// Pairs for forecasting from files of consecutive snapshots (SPEC §1): the condition is X_{n−(K−1)s}, …, X_{n−s}, X_n, oldest first, and the
/// residual X_{n+s} − X_n. With <c>velocity</c> the condition ends with the two components of the velocity that X_n induces.
/// </summary>
public sealed class ForecastData : PatchData
{
    private readonly ForecastHorizon _horizon;
    private readonly HistoryNoise? _noise;

    private ForecastData(DataConfig config, SnapshotSet snapshots, ForecastHorizon horizon, DataStatistics statistics)
        : base(config, snapshots, statistics, config.StrideAlign ?? 1, horizon.Count)
    {
        _horizon = horizon;
        _noise = config.HistoryNoise > 0 ? new HistoryNoise(config.HistoryNoise, config.Patch) : null;
        TimeStep = snapshots.TimeStep() * horizon.Step;
    }

    /// <inheritdoc/>
    public override int Count => _horizon.Count;

    /// <inheritdoc/>
    public override int ConditionChannels => (Config.History * Channels) + (Config.Velocity ? 2 : 0);

    /// <summary>The time that one forecast leads ahead, in the files' units of time; NaN where they have none.</summary>
    public double TimeStep { get; }

    /// <summary>Opens data.</summary>
    /// <param name="config">What to open.</param>
    /// <param name="folder">The folder that relative file patterns start from: the configuration's.</param>
    /// <param name="statistics">The normalisation to use (of the training data, for validation; of a checkpoint, when resuming); null measures the files.</param>
    /// <param name="progress">Told of the measurement.</param>
    /// <exception cref="InputException">Settings that make no sense, no matching file, or a file that does not fit them.</exception>
    public static ForecastData Open(
        DataConfig config, string folder, DataStatistics? statistics = null, IProgress? progress = null)
    {
        var snapshots = OpenSnapshots(config, folder);
        if (config is { Target: PatchTarget.Raw, HistoryNoise: > 0 })
        {
            throw new InputException("data: history_noise needs target: residual, in whose units it is: leave one of them out");
        }

        if (config is { ResidualScale: ResidualScaleKind.Condition, History: 1 })
        {
            throw new InputException("data: residual_scale: condition needs a history of at least 2 snapshots to predict the change from: choose another, or a longer 'history'");
        }

        try
        {
            var horizon = new ForecastHorizon(snapshots, config.History, config.Step);
            if (config.Velocity)
            {
                snapshots.RequirePeriodic();
            }

            statistics ??= StatisticsScan.Run(snapshots, horizon, config.ResidualScale, progress ?? NoProgress.Instance) with
            {
                VelocityRms = config.Velocity ? StatisticsScan.VelocityRms(snapshots) : 0,
            };
            return new ForecastData(config, snapshots, horizon, statistics);
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
        var area = Config.Patch * Config.Patch;
        var present = _horizon.Present(location.Item);
        var (now, next) = (new float[area], new float[area]);
        for (var c = 0; c < Channels; c++)
        {
            for (var k = 0; k < _horizon.History; k++)
            {
                Cut(present - ((_horizon.History - 1 - k) * _horizon.Step), c, location, now);
                Normalise(location, c, now, condition.Slice(((k * Channels) + c) * area, area));
            }

            Cut(present + _horizon.Step, c, location, next);
            if (Config.Target == PatchTarget.Raw)
            {
                Normalise(location, c, next, residual.Slice(c * area, area));
            }
            else
            {
                TensorPrimitives.Subtract(next, now, next);
                NormaliseResidual(location, c, next, residual.Slice(c * area, area));
            }
        }

        if (Config.Velocity)
        {
            RenderVelocity(present, location, condition.Slice(_horizon.History * Channels * area, 2 * area));
        }

        Snapshots.Find(present).File.Parameters.CopyTo(parameters);
    }

    /// <summary>The snapshot X_n of an item, counted over files and times.</summary>
    /// <param name="item">0 … <see cref="Count"/> − 1.</param>
    public int Present(int item) => _horizon.Present(item);

    internal override void Augment(ulong seed, long index, PatchLocation location, Span<float> condition, Span<float> residual)
    {
        if (_noise is null)
        {
            return;
        }

        double[] scales = [.. Enumerable.Range(0, Channels).Select(c => Scale(location.Item, c) / Statistics.Of(c).Std)];
        _noise.Disturb(seed, index, condition[..(_horizon.History * Channels * Config.Patch * Config.Patch)], residual, scales);
    }

    private protected override int SnapshotOf(int item) => _horizon.Present(item);

    private protected override double PredictScale(int item, int channel)
    {
        var present = _horizon.Present(item);
        return Statistics.Of(channel).ResidualScale.For(
            Snapshots.ReadWhole(present - _horizon.Step, channel), Snapshots.ReadWhole(present, channel));
    }

    // The components change sign and places as those of a vector do.
    private void RenderVelocity(int snapshot, PatchLocation location, Span<float> destination)
    {
        var file = Snapshots.Find(snapshot).File;
        var area = Config.Patch * Config.Patch;
        var (u, v) = Snapshots.ReadVelocity(snapshot);
        var (symmetry, patch) = (location.Symmetry, new float[area]);
        foreach (var (field, flipped, component) in new[] { (u, symmetry.FlipX, 0), (v, symmetry.FlipY, 1) })
        {
            Cut(file, location, (window, values) => window.CopyFrom(field, file.Width, values), patch);
            symmetry.Apply(
                patch,
                Config.Patch,
                (float)((flipped ? -1 : 1) / Statistics.VelocityRms),
                0,
                destination.Slice((symmetry.Transpose ? 1 - component : component) * area, area));
        }
    }

    private void Cut(int snapshot, int channel, PatchLocation location, float[] destination) => Cut(
        Snapshots.Find(snapshot).File, location, (window, values) => Snapshots.Read(snapshot, channel, window, values), destination);

    private void Cut(SnapshotFile file, PatchLocation location, WrappedBlock.ReadWindow read, float[] destination)
    {
        var rows = new HaloAxis(file.Height, file.PeriodicY, location.Y, Config.Patch, factor: 1, halo: 0);
        var columns = new HaloAxis(file.Width, file.PeriodicX, location.X, Config.Patch, factor: 1, halo: 0);
        WrappedBlock.Read(rows, columns, read).CopyTo(destination, 0);
    }
}
