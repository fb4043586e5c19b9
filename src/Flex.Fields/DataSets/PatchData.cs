using Flex.Fields.Configuration;

namespace Flex.Fields.DataSets;

/// <summary>Training pairs of one task that are cut from files: a condition and the residual that a model learns to generate.</summary>
/// <remarks>May be used by several threads.</remarks>
public abstract class PatchData : IDisposable
{
    private readonly PatchGrid[] _grids;
    private readonly double[] _scales;

    private protected PatchData(DataConfig config, SnapshotSet snapshots, DataStatistics statistics, int align, int count)
    {
        (Config, Snapshots, Statistics) = (config, snapshots, statistics);
        _scales = new double[count * snapshots.Channels];
        _grids = [.. snapshots.Files.Select(file => new PatchGrid(file, config, align))];
    }

    /// <summary>What the data were opened with.</summary>
    public DataConfig Config { get; }

    /// <summary>Number of items: the moments that pairs can be cut from.</summary>
    public abstract int Count { get; }

    /// <summary>C, the channels of the field.</summary>
    public int Channels => Snapshots.Channels;

    /// <summary>Channels of the condition.</summary>
    public abstract int ConditionChannels { get; }

    /// <summary>P, the number of physical parameters.</summary>
    public int Parameters => Config.Parameter.Count;

    /// <summary>How fields and residuals are normalised.</summary>
    public DataStatistics Statistics { get; }

    /// <summary>The files' snapshots.</summary>
    internal SnapshotSet Snapshots { get; }

    /// <summary>Patches at random moments, positions and symmetries, for training.</summary>
    /// <param name="seed">The sequence.</param>
    public PatchSampler Sampler(ulong seed) => new(this, seed);

    /// <summary>A fixed list of patches spread evenly over files and times, for validation.</summary>
    /// <param name="count">Number of patches.</param>
    /// <param name="seed">Chooses the positions.</param>
    public ValidationSet Validation(int count, ulong seed) => new(this, count, seed);

    /// <summary>Items spread evenly over files and times.</summary>
    /// <param name="count">How many; all where there are fewer.</param>
    /// <returns>Their indices; neighbours in the list are far apart.</returns>
    public IReadOnlyList<int> Spread(int count) => GoldenSequence.Take(count, Count);

    /// <summary>Reads all of an item.</summary>
    /// <param name="item">0 … <see cref="Count"/> − 1.</param>
    /// <returns>Its fields.</returns>
    /// <exception cref="InputException">They cannot be read.</exception>
    public abstract WholeFields Whole(int item);

    /// <summary>Cuts and normalises one patch.</summary>
    /// <param name="location">Where.</param>
    /// <param name="condition">Receives the condition, shape (<see cref="ConditionChannels"/>, patch, patch).</param>
    /// <param name="residual">Receives the residual, shape (C, patch, patch).</param>
    /// <param name="parameters">Receives P values.</param>
    /// <exception cref="InputException">Data that cannot be read, or with missing values.</exception>
    public abstract void Render(PatchLocation location, Span<float> condition, Span<float> residual, Span<float> parameters);

    /// <summary>Where a patch comes from, for messages.</summary>
    /// <param name="location">Where.</param>
    public string Describe(PatchLocation location)
    {
        var (file, _, index) = Snapshots.Find(SnapshotOf(location.Item));
        return $"{file.Path}, time index {file.TimeIndex(index)}, row {location.Y}, column {location.X}";
    }

    /// <summary>What the residual of an item is divided by, in units of the field.</summary>
    /// <param name="item">0 … <see cref="Count"/> − 1.</param>
    /// <param name="channel">0 … C − 1.</param>
    public double Scale(int item, int channel = 0)
    {
        if (Statistics.Of(channel).ResidualScale is { Kind: not ResidualScaleKind.Condition, Unit: var unit })
        {
            return unit;
        }

        // Needs whole snapshots, so it is kept; 0 is not yet known, and two threads would store the same number.
        ref var known = ref _scales[(item * Channels) + channel];
        var scale = Volatile.Read(ref known);
        if (scale == 0)
        {
            scale = PredictScale(item, channel);
            Volatile.Write(ref known, scale);
        }

        return scale;
    }

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        Snapshots.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Opens the snapshots of a checked configuration, or shares those of the other task's data.</summary>
    private protected static SnapshotSet OpenSnapshots(DataConfig config, string folder, PatchData? other = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config.Validate().FirstOrDefault() is { } problem
            ? throw new InputException($"data: {RecordShape.KeyOf(problem.Member)} {problem.Problem}")
            : other?.Snapshots.Share() ?? SnapshotSet.Open(config, folder);
    }

    /// <summary>Some snapshots of one file as an item.</summary>
    private protected WholeFields Whole(int item, IEnumerable<int> past, int truth)
    {
        var file = Snapshots.Find(truth).File;
        return new WholeFields(
            [.. past.Select(Planes)], Planes(truth), file.Height, file.Width, file.PeriodicY, file.PeriodicX,
            [.. file.Parameters.Select(parameter => parameter * Config.ParameterScale)], [.. Enumerable.Range(0, Channels).Select(channel => Scale(item, channel))]);

        float[] Planes(int snapshot) => [.. Enumerable.Range(0, Channels).SelectMany(channel => Snapshots.ReadWhole(snapshot, channel))];
    }

    /// <summary>Changes a rendered training sample; the same way for the same index of the same sequence.</summary>
    internal virtual void Augment(ulong seed, long index, PatchLocation location, Span<float> condition, Span<float> residual)
    {
    }

    /// <summary>The scale of an item's residual from its condition.</summary>
    private protected abstract double PredictScale(int item, int channel);

    /// <summary>Normalises a patch of the field and applies the location's symmetry.</summary>
    private protected void Normalise(PatchLocation location, int channel, float[] values, Span<float> destination)
    {
        var (mean, std) = (Statistics.Of(channel).Mean, Statistics.Of(channel).Std);
        location.Symmetry.Apply(values, Config.Patch, (float)(location.Symmetry.Sign(Config.Symmetries) / std), (float)(-mean / std), destination);
    }

    /// <summary>Normalises a patch of the residual and applies the location's symmetry.</summary>
    private protected void NormaliseResidual(PatchLocation location, int channel, float[] values, Span<float> destination) => location.Symmetry.Apply(
        values, Config.Patch, (float)(location.Symmetry.Sign(Config.Symmetries) / Scale(location.Item, channel)), 0, destination);

    /// <summary>The snapshot that an item's position belongs to.</summary>
    private protected abstract int SnapshotOf(int item);

    /// <summary>The admissible patches of an item.</summary>
    internal PatchGrid GridOf(int item) => _grids[Snapshots.Find(SnapshotOf(item)).FileIndex];

    /// <summary>Cuts and normalises patches, one after the other.</summary>
    /// <param name="locations">Where, B places.</param>
    /// <param name="condition">Receives the conditions, shape (B, <see cref="ConditionChannels"/>, patch, patch).</param>
    /// <param name="residual">Receives the residuals, shape (B, C, patch, patch).</param>
    /// <param name="parameters">Receives the parameters, shape (B, P).</param>
    internal void Render(IEnumerable<PatchLocation> locations, Span<float> condition, Span<float> residual, Span<float> parameters)
    {
        var area = Config.Patch * Config.Patch;
        var (conditionSize, residualSize) = (ConditionChannels * area, Channels * area);
        foreach (var location in locations)
        {
            Render(location, condition[..conditionSize], residual[..residualSize], parameters[..Parameters]);
            condition = condition[conditionSize..];
            residual = residual[residualSize..];
            parameters = parameters[Parameters..];
        }
    }
}
