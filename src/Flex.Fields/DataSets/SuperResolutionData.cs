using System.Numerics.Tensors;
using Flex.Fields.Configuration;
using Flex.Fields.Grids;
using Flex.IO;

namespace Flex.Fields.DataSets;

/// <summary>
/// Pairs for super-resolution from files of fine fields: condition up(X_LR) and residual X_HR − up(X_LR), where X_LR is every s-th point
/// of X_HR and <c>up</c> interpolates it back to the fine grid.
/// </summary>
/// <remarks>May be used by several threads.</remarks>
public sealed class SuperResolutionData : IDisposable
{
    private readonly SnapshotSet _snapshots;
    private readonly StridedPair _pair;
    private readonly PatchGrid[] _grids;
    private readonly double[] _scales;

    private SuperResolutionData(DataConfig config, SnapshotSet snapshots, StridedPair pair, DataStatistics statistics)
    {
        Config = config;
        _snapshots = snapshots;
        _pair = pair;
        Statistics = statistics;
        _grids = [.. snapshots.Files.Select(file => new PatchGrid(file, config))];
        _scales = new double[snapshots.Count];
    }

    /// <summary>What the data were opened with.</summary>
    public DataConfig Config { get; }

    /// <summary>Number of snapshots: times of all files.</summary>
    public int Count => _snapshots.Count;

    /// <summary>P, the number of physical parameters.</summary>
    public int Parameters => Config.Parameter.Count;

    /// <summary>How fields and residuals are normalised.</summary>
    public DataStatistics Statistics { get; }

    /// <summary>Opens data.</summary>
    /// <param name="config">What to open.</param>
    /// <param name="folder">The folder that relative file patterns start from: the configuration's.</param>
    /// <param name="statistics">The normalisation to use (of the training data, for validation; of a checkpoint, when resuming); null measures the files.</param>
    /// <param name="progress">Told of the measurement.</param>
    /// <exception cref="InputException">Settings that make no sense, no matching file, or a file that does not fit them.</exception>
    public static SuperResolutionData Open(
        DataConfig config, string folder, DataStatistics? statistics = null, IProgress? progress = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (config.Validate().FirstOrDefault() is { } problem)
        {
            throw new InputException($"data: {RecordShape.KeyOf(problem.Member)} {problem.Problem}");
        }

        var snapshots = SnapshotSet.Open(config, folder);
        try
        {
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

    /// <summary>Patches at random snapshots, positions and symmetries, for training.</summary>
    /// <param name="seed">The sequence.</param>
    public PatchSampler Sampler(ulong seed) => new(this, seed);

    /// <summary>A fixed list of patches spread evenly over files and times, for validation.</summary>
    /// <param name="count">Number of patches.</param>
    /// <param name="seed">Chooses the positions.</param>
    public ValidationSet Validation(int count, ulong seed) => new(this, count, seed);

    /// <summary>Cuts and normalises one patch.</summary>
    /// <param name="location">Where.</param>
    /// <param name="condition">Receives the condition, shape (patch, patch).</param>
    /// <param name="residual">Receives the residual, shape (patch, patch).</param>
    /// <param name="parameters">Receives P values.</param>
    /// <exception cref="InputException">Data that cannot be read, or with missing values.</exception>
    public void Render(PatchLocation location, Span<float> condition, Span<float> residual, Span<float> parameters)
    {
        var (file, _, _) = _snapshots.Find(location.Snapshot);
        var side = Config.Patch;
        var fine = new float[side * side];
        var up = new float[side * side];
        _pair.Cut(
            (file.Height, file.PeriodicY),
            (file.Width, file.PeriodicX),
            location.Y,
            location.X,
            side,
            (window, destination) => _snapshots.Read(location.Snapshot, window, destination),
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
            location.Symmetry.Apply(fine, side, (float)(sign / Scale(location.Snapshot)), 0, residual);
        }

        file.Parameters.CopyTo(parameters);
    }

    /// <summary>Where a patch comes from, for messages.</summary>
    /// <param name="location">Where.</param>
    public string Describe(PatchLocation location)
    {
        var (file, _, index) = _snapshots.Find(location.Snapshot);
        return $"{file.Path}, time index {file.TimeIndex(index)}, row {location.Y}, column {location.X}";
    }

    /// <summary>Cuts and normalises patches, one after the other.</summary>
    /// <param name="locations">Where, B places.</param>
    /// <param name="condition">Receives the conditions, shape (B, 1, patch, patch).</param>
    /// <param name="residual">Receives the residuals, shape (B, 1, patch, patch).</param>
    /// <param name="parameters">Receives the parameters, shape (B, P).</param>
    internal void Render(IEnumerable<PatchLocation> locations, Span<float> condition, Span<float> residual, Span<float> parameters)
    {
        var area = Config.Patch * Config.Patch;
        foreach (var location in locations)
        {
            Render(location, condition[..area], residual[..area], parameters[..Parameters]);
            condition = condition[area..];
            residual = residual[area..];
            parameters = parameters[Parameters..];
        }
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
            var file = _snapshots.Find(snapshot).File;
            var whole = new ArrayField(_snapshots.ReadWhole(snapshot), file.Height, file.Width);
            scale = Statistics.ResidualScale.For(_pair.Coarsen(whole, file.PeriodicY, file.PeriodicX));
            Volatile.Write(ref _scales[snapshot], scale);
        }

        return scale;
    }

    /// <inheritdoc/>
    public void Dispose() => _snapshots.Dispose();

    /// <summary>The admissible patches of a snapshot.</summary>
    internal PatchGrid GridOf(int snapshot) => _grids[_snapshots.Find(snapshot).FileIndex];
}
