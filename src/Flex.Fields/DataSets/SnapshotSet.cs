using Flex.Fields.Grids;

namespace Flex.Fields.DataSets;

/// <summary>The snapshots of many files under one index: file by file, in each by time.</summary>
internal sealed class SnapshotSet : IDisposable
{
    private readonly SnapshotFile[] _files;
    private readonly int[] _firstOfFile;
    private readonly float[]?[]? _cache;
    private int _users = 1;

    private SnapshotSet(SnapshotFile[] files, DataConfig config)
    {
        _files = files;
        Channels = config.Channels;

        // The two components of a displacement are kept, too.
        var planes = Channels + (config.Advection ? 2 : 0);
        _firstOfFile = new int[files.Length];
        long bytes = 0;
        for (var i = 0; i < files.Length; i++)
        {
            _firstOfFile[i] = Count;
            Count += files[i].Count;
            bytes += sizeof(float) * (long)planes * files[i].Count * files[i].Height * files[i].Width;
        }

        if (config.Cache == SnapshotCache.Memory)
        {
            var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
            if (bytes > 0.8 * available)
            {
                throw new InputException($"the data take {bytes >> 20} MiB, this machine has {available >> 20} MiB: set 'cache: none', or choose fewer files or times");
            }

            _cache = new float[]?[Count * Channels];
        }
    }

    /// <summary>Number of snapshots.</summary>
    public int Count { get; }

    /// <summary>C, the fields of a snapshot.</summary>
    public int Channels { get; }

    /// <summary>The files.</summary>
    public IReadOnlyList<SnapshotFile> Files => _files;

    /// <summary>Opens all files of a configuration.</summary>
    /// <param name="config">What to open.</param>
    /// <param name="folder">The folder that relative patterns start from.</param>
    /// <exception cref="InputException">No match, or a file that does not fit the configuration.</exception>
    public static SnapshotSet Open(DataConfig config, string folder)
    {
        var files = new List<SnapshotFile>();
        try
        {
            foreach (var path in FilePatterns.Find(config.Files, folder))
            {
                files.Add(SnapshotFile.Open(path, config));
            }

            return new SnapshotSet([.. files], config);
        }
        catch
        {
            files.ForEach(file => file.Dispose());
            throw;
        }
    }

    /// <summary>Lets one more data set use the files and the cache.</summary>
    /// <returns>This.</returns>
    public SnapshotSet Share()
    {
        _users++;
        return this;
    }

    /// <summary>The distance of snapshots in time, the same in all files; NaN where no file has two.</summary>
    /// <exception cref="InputException">Files, or times of a file, differ in it.</exception>
    public double TimeStep()
    {
        var steps = _files.Select(file => (file.Path, Step: file.TimeStep())).Where(file => !double.IsNaN(file.Step)).ToList();
        return steps.Find(file => Math.Abs(file.Step - steps[0].Step) > 0.01 * Math.Abs(steps[0].Step)) is { Path: { } path, Step: var other }
            ? throw new InputException($"snapshots of {steps[0].Path} are {steps[0].Step} apart, those of {path} {other}: a forecast needs equal steps; choose others with 'times'")
            : steps.Count > 0 ? steps[0].Step : double.NaN;
    }

    /// <summary>Refuses periodic fields that the degradation does not divide.</summary>
    /// <param name="factor">s.</param>
    /// <exception cref="InputException">A periodic axis is no multiple of the factor.</exception>
    public void RequireMultiplesOf(int factor)
    {
        foreach (var file in _files.Where(file => (file.PeriodicY && file.Height % factor != 0) || (file.PeriodicX && file.Width % factor != 0)))
        {
            throw new InputException($"the {file.Height}×{file.Width} fields of {file.Path} are periodic, but not a multiple of the factor {factor}: choose another 'factor', or 'periodic: []'");
        }
    }

    /// <summary>Refuses fields that do not wrap around in both directions.</summary>
    /// <exception cref="InputException">A file's do not.</exception>
    public void RequirePeriodic()
    {
        foreach (var file in _files.Where(file => !file.PeriodicY || !file.PeriodicX))
        {
            throw new InputException($"the fields of {file.Path} are not doubly periodic, so their vorticity does not tell the velocity: leave 'advection' out, or say 'periodic: [y, x]'");
        }
    }

    /// <summary>The file of a snapshot and its place there.</summary>
    public (SnapshotFile File, int FileIndex, int Index) Find(int snapshot)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(snapshot);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(snapshot, Count);
        var found = Array.BinarySearch(_firstOfFile, snapshot);
        var file = found >= 0 ? found : ~found - 1;
        return (_files[file], file, snapshot - _firstOfFile[file]);
    }

    /// <summary>Reads a whole snapshot.</summary>
    /// <returns>H·W values, row by row; they belong to the cache and are not to be changed.</returns>
    public float[] ReadWhole(int snapshot, int channel)
    {
        // Two threads may both read the same snapshot; they store the same values.
        var place = (snapshot * Channels) + channel;
        if (_cache?[place] is { } cached)
        {
            return cached;
        }

        var (file, _, index) = Find(snapshot);
        var values = new float[checked(file.Height * file.Width)];
        file.Read(index, channel, Window.Whole(file.Height, file.Width), values);
        if (_cache is not null)
        {
            Volatile.Write(ref _cache[place], values);
        }

        return values;
    }

    /// <summary>Reads a window of a snapshot, and no more unless snapshots are cached.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="channel">0 … C − 1.</param>
    /// <param name="window">Rows and columns inside the field.</param>
    /// <param name="destination">Receives the values row by row.</param>
    public void Read(int snapshot, int channel, Window window, Span<float> destination)
    {
        var (file, _, index) = Find(snapshot);
        if (_cache is null)
        {
            file.Read(index, channel, window, destination);
            return;
        }

        window.CopyFrom(ReadWhole(snapshot, channel), file.Width, destination);
    }

    /// <summary>Closes the files when the last user does.</summary>
    public void Dispose()
    {
        if (--_users == 0)
        {
            Array.ForEach(_files, file => file.Dispose());
        }
    }
}
