using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Flex.Fields.Solvers;
using Flex.IO;

namespace Flex.Fields.DataSets;

/// <summary>Makes the files of a <see cref="KraichnanDataSet"/>, several runs at a time.</summary>
public static class KraichnanGenerator
{
    /// <summary>Simulates every run whose file is missing, in order; an interrupted run continues where it stopped.</summary>
    /// <param name="dataSet">The data set.</param>
    /// <param name="folder">Where its files go; created with its subfolders.</param>
    /// <param name="jobs">Runs at a time, each on a thread of its own, ≥ 1.</param>
    /// <param name="progress">Told the number of finished runs, the fraction of those under way included.</param>
    /// <param name="cancellation">Stops between time steps.</param>
    /// <exception cref="InputException">A setting is out of range, or a file cannot be written.</exception>
    public static void Generate(
        KraichnanDataSet dataSet, string folder, int jobs, IProgress progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(dataSet);
        ArgumentNullException.ThrowIfNull(progress);
        if (jobs < 1)
        {
            throw new InputException($"the number of jobs is {jobs}: give at least 1");
        }

        var runs = dataSet.Runs();
        var sum = new SharedProgress(progress, runs.Count);
        var options = new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancellation };
        try
        {
            // Without buffering the runs start in their order: those to train on are there first.
            var inOrder = Partitioner.Create(runs, EnumerablePartitionerOptions.NoBuffering);
            Parallel.ForEach(inOrder, options, run =>
            {
                MakeIfMissing(run, folder, sum.OfPart(), cancellation);
            });
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }

    private static void MakeIfMissing(KraichnanRun run, string folder, IProgress progress, CancellationToken cancellation)
    {
        var path = Path.Combine(folder, run.File);
        if (!File.Exists(path))
        {
            CreateFolder(Path.GetDirectoryName(path)!);
            TurbulenceSimulation.Run(run.Settings, path, progress, cancellation);
        }

        progress.Report(1, 1, run.File);
    }

    private static void CreateFolder(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot create the folder {path}: {e.Message}", e);
        }
    }

    /// <summary>Adds up the progress of parts that run side by side.</summary>
    private sealed class SharedProgress(IProgress target, int count)
    {
        private readonly Lock _lock = new();
        private double _done;

        /// <summary>The progress of one part.</summary>
        public IProgress OfPart() => new Part(this);

        private void Report(string? note) => target.Report(_done, count, note);

        private sealed class Part(SharedProgress whole) : IProgress
        {
            private double _fraction;

            public void Report(double done, double total, string? note = null)
            {
                lock (whole._lock)
                {
                    whole._done += (done / total) - _fraction;
                    _fraction = done / total;
                    whole.Report(note);
                }
            }
        }
    }
}
