using Flex.Fields.Configuration;

namespace Flex.Fields.DataSets;

/// <summary>Training pairs of one task that are cut from files: a condition and the residual that a model learns to generate.</summary>
/// <remarks>May be used by several threads.</remarks>
public abstract class PatchData : IDisposable
{
    private readonly PatchGrid[] _grids;

    private protected PatchData(DataConfig config, SnapshotSet snapshots, DataStatistics statistics, int align)
    {
        (Config, Snapshots, Statistics) = (config, snapshots, statistics);
        _grids = [.. snapshots.Files.Select(file => new PatchGrid(file, config, align))];
    }

    /// <summary>What the data were opened with.</summary>
    public DataConfig Config { get; }

    /// <summary>Number of items: the moments that pairs can be cut from.</summary>
    public abstract int Count { get; }

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

    /// <summary>Cuts and normalises one patch.</summary>
    /// <param name="location">Where.</param>
    /// <param name="condition">Receives the condition, shape (<see cref="ConditionChannels"/>, patch, patch).</param>
    /// <param name="residual">Receives the residual, shape (patch, patch).</param>
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

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        Snapshots.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Opens the snapshots of a checked configuration.</summary>
    private protected static SnapshotSet OpenSnapshots(DataConfig config, string folder)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config.Validate().FirstOrDefault() is { } problem
            ? throw new InputException($"data: {RecordShape.KeyOf(problem.Member)} {problem.Problem}")
            : SnapshotSet.Open(config, folder);
    }

    /// <summary>The snapshot that an item's position belongs to.</summary>
    private protected abstract int SnapshotOf(int item);

    /// <summary>The admissible patches of an item.</summary>
    internal PatchGrid GridOf(int item) => _grids[Snapshots.Find(SnapshotOf(item)).FileIndex];

    /// <summary>Cuts and normalises patches, one after the other.</summary>
    /// <param name="locations">Where, B places.</param>
    /// <param name="condition">Receives the conditions, shape (B, <see cref="ConditionChannels"/>, patch, patch).</param>
    /// <param name="residual">Receives the residuals, shape (B, 1, patch, patch).</param>
    /// <param name="parameters">Receives the parameters, shape (B, P).</param>
    internal void Render(IEnumerable<PatchLocation> locations, Span<float> condition, Span<float> residual, Span<float> parameters)
    {
        var area = Config.Patch * Config.Patch;
        var conditionSize = ConditionChannels * area;
        foreach (var location in locations)
        {
            Render(location, condition[..conditionSize], residual[..area], parameters[..Parameters]);
            condition = condition[conditionSize..];
            residual = residual[area..];
            parameters = parameters[Parameters..];
        }
    }
}
