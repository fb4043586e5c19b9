using System.Numerics.Tensors;
using Flex.Fields.Grids;
using Flex.IO;

namespace Flex.Fields.DataSets;

/// <summary>
/// Pairs for forecasting from files of consecutive snapshots (SPEC §1): the condition is X_{n−(K−1)s}, …, X_{n−s}, X_n, oldest first, and the
/// residual X_{n+s} − X_n. With <c>advection</c> the condition ends with a first guess of the residual: what the flow does to X_n if it only
/// carries it along.
/// </summary>
public sealed class ForecastData : PatchData
{
    private readonly ForecastHorizon _horizon;
    private readonly HistoryNoise? _noise;
    private readonly Displacement?[] _displacements;

    private ForecastData(DataConfig config, SnapshotSet snapshots, ForecastHorizon horizon, DataStatistics statistics)
        : base(config, snapshots, statistics, config.StrideAlign ?? 1, horizon.Count)
    {
        _horizon = horizon;
        _noise = config.HistoryNoise > 0 ? new HistoryNoise(config.HistoryNoise, config.Patch) : null;
        _displacements = new Displacement?[config is { Advection: true, Cache: SnapshotCache.Memory } ? horizon.Count : 0];
        TimeStep = snapshots.TimeStep() * horizon.Step;
    }

    /// <inheritdoc/>
    public override int Count => _horizon.Count;

    /// <inheritdoc/>
    public override int ConditionChannels => (Config.History * Channels) + (Config.Advection ? 1 : 0);

    /// <summary>The time that one forecast leads ahead, in the files' units of time; NaN where they have none.</summary>
    public double TimeStep { get; }

    /// <summary>Opens data.</summary>
    /// <param name="config">What to open.</param>
    /// <param name="folder">The folder that relative file patterns start from: the configuration's.</param>
    /// <param name="statistics">The normalisation to use (of the training data, for validation; of a checkpoint, when resuming); null measures the files.</param>
    /// <param name="progress">Told of the measurement.</param>
    /// <param name="other">The data of another task from the same files, whose snapshots are shared; null opens the files.</param>
    /// <exception cref="InputException">Settings that make no sense, no matching file, or a file that does not fit them.</exception>
    public static ForecastData Open(
        DataConfig config, string folder, DataStatistics? statistics = null, IProgress? progress = null, PatchData? other = null)
    {
        var snapshots = OpenSnapshots(config, folder, other);
        try
        {
            if (config is { Target: PatchTarget.Raw, HistoryNoise: > 0 } or { Target: PatchTarget.Raw, Advection: true })
            {
                throw new InputException($"data: {(config.Advection ? "advection" : "history_noise")} needs target: residual, in whose units it is: leave one of them out");
            }

            if (config is { ResidualScale: ResidualScaleKind.Condition, History: 1 })
            {
                throw new InputException("data: residual_scale: condition needs a history of at least 2 snapshots to predict the change from: choose another, or a longer 'history'");
            }

            var horizon = new ForecastHorizon(snapshots, config.History, config.Step);
            if (config.Advection)
            {
                snapshots.RequirePeriodic();
                if (double.IsNaN(snapshots.TimeStep()))
                {
                    throw new InputException("the files have no times, so how far the flow carries anything is not known: leave 'advection' out");
                }
            }

            statistics ??= StatisticsScan.Run(snapshots, horizon, config.ResidualScale, progress ?? NoProgress.Instance);
            return new ForecastData(config, snapshots, horizon, statistics);
        }
        catch
        {
            snapshots.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override WholeFields Whole(int item)
    {
        var present = _horizon.Present(item);
        return Whole(item, Enumerable.Range(1 - _horizon.History, _horizon.History).Select(k => present + (k * _horizon.Step)), present + _horizon.Step);
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

        if (Config.Advection)
        {
            RenderGuess(location, condition.Slice(_horizon.History * Channels * area, area));
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
        var snapshots = _horizon.History * Channels * Config.Patch * Config.Patch;
        _noise.Disturb(seed, index, condition[..snapshots], residual, scales, condition[snapshots..], () => DisplacementOf(location));
    }

    private protected override int SnapshotOf(int item) => _horizon.Present(item);

    private protected override double PredictScale(int item, int channel)
    {
        var present = _horizon.Present(item);
        return Statistics.Of(channel).ResidualScale.For(
            Snapshots.ReadWhole(present - _horizon.Step, channel), Snapshots.ReadWhole(present, channel));
    }

    private void RenderGuess(PatchLocation location, Span<float> destination)
    {
        var present = _horizon.Present(location.Item);
        var file = Snapshots.Find(present).File;
        var (now, whole) = (Snapshots.ReadWhole(present, 0), Displacements(location.Item));
        var window = new Window(location.Y, location.X, Config.Patch, Config.Patch);
        var carried = Advection.Carry(now, file.Height, file.Width, new(Cut(file, location, whole.Y), Cut(file, location, whole.X)), window);
        TensorPrimitives.Subtract(carried, Cut(file, location, now), carried);
        NormaliseResidual(location, 0, carried, destination);
    }

    // The components change sign and places as those of a vector do.
    private Displacement DisplacementOf(PatchLocation location)
    {
        var (file, symmetry, whole) = (Snapshots.Find(SnapshotOf(location.Item)).File, location.Symmetry, Displacements(location.Item));
        float[] Component(float[] field, bool flipped)
        {
            var image = new float[Config.Patch * Config.Patch];
            symmetry.Apply(Cut(file, location, field), Config.Patch, flipped ? -1 : 1, 0, image);
            return image;
        }

        var (y, x) = (Component(whole.Y, symmetry.FlipY), Component(whole.X, symmetry.FlipX));
        return symmetry.Transpose ? new(x, y) : new(y, x);
    }

    private Displacement Displacements(int item)
    {
        if (_displacements.Length == 0)
        {
            return Trace();
        }

        // Two threads would store the same numbers.
        ref var known = ref _displacements[item];
        var displacement = Volatile.Read(ref known);
        if (displacement is null)
        {
            displacement = Trace();
            Volatile.Write(ref known, displacement);
        }

        return displacement;

        Displacement Trace()
        {
            var present = _horizon.Present(item);
            var file = Snapshots.Find(present).File;
            var past = _horizon.History > 1 ? Snapshots.ReadWhole(present - _horizon.Step, 0) : [];
            return Advection.Trace(past, Snapshots.ReadWhole(present, 0), file.Height, file.Width, TimeStep);
        }
    }

    private float[] Cut(SnapshotFile file, PatchLocation location, float[] field)
    {
        var patch = new float[Config.Patch * Config.Patch];
        Cut(file, location, (window, values) => window.CopyFrom(field, file.Width, values), patch);
        return patch;
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
