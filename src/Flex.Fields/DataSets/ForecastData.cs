using System.Numerics.Tensors;
using Flex.IO;

namespace Flex.Fields.DataSets;

/// <summary>
/// Pairs for forecasting from files of consecutive snapshots (SPEC §1): the condition is X_{n−(K−1)s}, …, X_{n−s}, X_n, oldest first, and the
/// residual X_{n+s} − X_n.
/// </summary>
public sealed class ForecastData : PatchData
{
    private readonly ForecastHorizon _horizon;
    private readonly double[] _scales;

    private ForecastData(DataConfig config, SnapshotSet snapshots, ForecastHorizon horizon, DataStatistics statistics)
        : base(config, snapshots, statistics, config.StrideAlign ?? 1)
    {
        _horizon = horizon;
        _scales = new double[horizon.Count];
        TimeStep = snapshots.TimeStep() * horizon.Step;
    }

    /// <inheritdoc/>
    public override int Count => _horizon.Count;

    /// <inheritdoc/>
    public override int ConditionChannels => Config.History;

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
        if (config is { ResidualScale: ResidualScaleKind.Condition, History: 1 })
        {
            throw new InputException("data: residual_scale: condition needs a history of at least 2 snapshots to predict the change from: choose another, or a longer 'history'");
        }

        try
        {
            var horizon = new ForecastHorizon(snapshots, config.History, config.Step);
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
    public override void Render(PatchLocation location, Span<float> condition, Span<float> residual, Span<float> parameters)
    {
        var side = Config.Patch;
        var area = side * side;
        var present = _horizon.Present(location.Item);
        var sign = location.Symmetry.Sign(Config.Symmetries);
        var (mean, std) = (Statistics.Mean, Statistics.Std);
        var (now, next) = (new float[area], new float[area]);
        for (var k = 0; k < _horizon.History; k++)
        {
            Cut(present - ((_horizon.History - 1 - k) * _horizon.Step), location, now);
            location.Symmetry.Apply(now, side, (float)(sign / std), (float)(-mean / std), condition.Slice(k * area, area));
        }

        Cut(present + _horizon.Step, location, next);
        if (Config.Target == PatchTarget.Raw)
        {
            location.Symmetry.Apply(next, side, (float)(sign / std), (float)(-mean / std), residual);
        }
        else
        {
            TensorPrimitives.Subtract(next, now, next);
            location.Symmetry.Apply(next, side, (float)(sign / Scale(location.Item)), 0, residual);
        }

        Snapshots.Find(present).File.Parameters.CopyTo(parameters);
    }

    /// <summary>What the residual of an item is divided by, in units of the field.</summary>
    /// <param name="item">0 … <see cref="Count"/> − 1.</param>
    public double Scale(int item)
    {
        // Needs whole snapshots, so it is kept; 0 is not yet known, and two threads would store the same number.
        var scale = Volatile.Read(ref _scales[item]);
        if (scale == 0)
        {
            var present = _horizon.Present(item);
            scale = Statistics.ResidualScale.Kind == ResidualScaleKind.Condition
                ? Statistics.ResidualScale.For(Snapshots.ReadWhole(present - _horizon.Step), Snapshots.ReadWhole(present))
                : Statistics.ResidualScale.Unit;
            Volatile.Write(ref _scales[item], scale);
        }

        return scale;
    }

    /// <summary>The snapshot X_{n+s} that an item foretells, counted over files and times.</summary>
    /// <param name="item">0 … <see cref="Count"/> − 1.</param>
    public int Future(int item) => _horizon.Present(item) + _horizon.Step;

    private protected override int SnapshotOf(int item) => _horizon.Present(item);

    private void Cut(int snapshot, PatchLocation location, float[] destination)
    {
        var file = Snapshots.Find(snapshot).File;
        var rows = new HaloAxis(file.Height, file.PeriodicY, location.Y, Config.Patch, factor: 1, halo: 0);
        var columns = new HaloAxis(file.Width, file.PeriodicX, location.X, Config.Patch, factor: 1, halo: 0);
        WrappedBlock.Read(rows, columns, (window, values) => Snapshots.Read(snapshot, window, values)).CopyTo(destination, 0);
    }
}
