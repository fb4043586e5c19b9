using System.Globalization;
using Flex.IO;

namespace Flex.Training;

/// <summary>
/// The folder of a training run: <c>config.yaml</c>, <c>metrics.jsonl</c>, <c>checkpoint-STEP.safetensors</c>,
/// <c>best.safetensors</c> and, at the end, <c>model.safetensors</c>. While it is open no other process can open it.
/// </summary>
public sealed class RunFolder : IDisposable
{
    private const string CheckpointPrefix = "checkpoint-", Extension = ".safetensors", OwnerFile = "run.owner";

    private readonly FileStream? _lock;

    private RunFolder(string path, FileStream? @lock) => (Path, _lock) = (path, @lock);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The resolved configuration.</summary>
    public string Config => File("config.yaml");

    /// <summary>The history.</summary>
    public string Metrics => File("metrics.jsonl");

    /// <summary>The averaged weights that were best in validation, ready for inference.</summary>
    public string BestModel => File("best" + Extension);

    /// <summary>The averaged weights at the end, ready for inference.</summary>
    public string FinalModel => File("model" + Extension);

    /// <summary>Creates the folder where it is missing, and locks it.</summary>
    /// <param name="path">The folder.</param>
    /// <returns>The folder; dispose it to unlock it.</returns>
    /// <exception cref="InputException">It cannot be created, or another process trains there.</exception>
    public static RunFolder Open(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            var run = new RunFolder(path, Lock(path));
            System.IO.File.WriteAllText(run.Owner, $"process {Environment.ProcessId} on {Environment.MachineName}");
            foreach (var leftover in Directory.GetFiles(path, "*" + AtomicFile.TemporarySuffix))
            {
                System.IO.File.Delete(leftover);
            }

            return run;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot use {path} as a run folder: {e.Message}; choose another --out", e);
        }
    }

    /// <summary>The folder of a run that another process has opened, whose rank 0 it is.</summary>
    /// <param name="path">The folder.</param>
    /// <returns>The folder, for its paths; nothing is written.</returns>
    public static RunFolder Join(string path) => new(path, null);

    /// <summary>A file of the folder.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Its path.</returns>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>The checkpoint of a step.</summary>
    /// <param name="step">The steps made.</param>
    /// <returns>Its path.</returns>
    public string Checkpoint(long step) => File(string.Create(CultureInfo.InvariantCulture, $"{CheckpointPrefix}{step}{Extension}"));

    /// <summary>The checkpoints that are there.</summary>
    /// <returns>Their steps, newest first.</returns>
    public IReadOnlyList<long> Checkpoints() =>
        [.. Directory.GetFiles(Path, $"{CheckpointPrefix}*{Extension}").Select(StepOf).OfType<long>().OrderDescending()];

    /// <summary>Removes all but the newest checkpoints.</summary>
    /// <param name="keep">How many stay.</param>
    public void RemoveOldCheckpoints(int keep)
    {
        foreach (var step in Checkpoints().Skip(keep))
        {
            System.IO.File.Delete(Checkpoint(step));
        }
    }

    /// <summary>Removes the checkpoints after a step: those that could not be read when the run went on from it.</summary>
    /// <param name="step">The step.</param>
    public void RemoveCheckpointsAfter(long step)
    {
        foreach (var later in Checkpoints().TakeWhile(other => other > step))
        {
            System.IO.File.Delete(Checkpoint(later));
        }
    }

    // Who holds the lock, in words: the locked file itself cannot be read.
    private string Owner => File(OwnerFile);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_lock is null)
        {
            return;
        }

        if (System.IO.File.Exists(Owner))
        {
            System.IO.File.Delete(Owner);
        }

        _lock.Dispose();
    }

    // The kernel gives the lock (flock) back when its process dies, however it dies; the file itself stays.
    private static FileStream Lock(string path)
    {
        var file = System.IO.Path.Combine(path, "run.lock");
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (System.IO.File.Exists(file))
        {
            throw new InputException($"the run folder {path} is in use by {OwnerOf(path)}; wait for it or choose another --out", e);
        }
    }

    private static string OwnerOf(string path)
    {
        try
        {
            return System.IO.File.ReadAllText(System.IO.Path.Combine(path, OwnerFile));
        }
        catch (IOException)
        {
            return "another process"; // which has only just come, or is about to leave
        }
    }

    private static long? StepOf(string file)
    {
        var name = System.IO.Path.GetFileNameWithoutExtension(file)[CheckpointPrefix.Length..];
        return long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : null;
    }
}
