using Flex.IO;
using Flex.Soak.Tests.Support;

namespace Flex.Soak.Tests.Crashes;

/// <summary>Kills a job again and again, starts it again, and compares what it leaves with an undisturbed run.</summary>
/// <param name="job">The job.</param>
/// <param name="files">Its inputs.</param>
/// <param name="random">Chooses the moments.</param>
internal sealed class KillRun(Job job, JobFiles files, Random random)
{
    // The longest a job works once it has begun; later moments would come after its end.
    private TimeSpan _work;

    /// <summary>Kills the job so often, several times on the way to one end, and checks every end.</summary>
    public void Try(int kills, int killsToAnEnd)
    {
        var whole = Undisturbed();
        for (var done = 0; done < kills;)
        {
            var folder = files.NewWork();
            for (var here = 0; here < killsToAnEnd && done < kills && KillOnce(folder); here++)
            {
                done++;
            }

            job.Finish(folder);
            Assert.Equal(whole, Job.Results(folder));
            Directory.Delete(folder, recursive: true);
        }

        SoakReport.Add($"{job.Name}: {kills} kills, the same bytes every time");
    }

    private SortedDictionary<string, string> Undisturbed()
    {
        var folder = files.NewWork();
        using var tool = ToolProcess.Start(folder, job.Arguments);
        Work.WaitFor(Path.Combine(folder, job.Sign), tool);
        var start = TimeProvider.System.GetTimestamp();
        Assert.True(tool.Wait() == 0, tool.Error);
        _work = TimeProvider.System.GetElapsedTime(start);
        return Job.Results(folder);
    }

    // False where the job ended before its time had come; then the folder holds its result.
    private bool KillOnce(string folder)
    {
        using var tool = random.Next(2) == 0 ? KillAtRandom(folder) : KillInWrite(folder);
        var status = tool.Wait();
        Assert.True(status is 0 or ToolProcess.Killed, $"status {status}: {tool.Error}");
        return status == ToolProcess.Killed;
    }

    private ToolProcess KillAtRandom(string folder)
    {
        var tool = ToolProcess.Start(folder, job.Arguments);
        Work.WaitFor(Path.Combine(folder, job.Sign), tool);
        Thread.Sleep(_work * random.NextDouble());
        tool.Kill();
        return tool;
    }

    private ToolProcess KillInWrite(string folder)
    {
        var left = 1 + random.Next(job.Writes);
        using var watcher = new FileSystemWatcher(folder, "*" + AtomicFile.TemporarySuffix) { IncludeSubdirectories = true };
        var tool = ToolProcess.Start(folder, job.Arguments);
        watcher.Created += (_, _) =>
        {
            if (Interlocked.Decrement(ref left) == 0)
            {
                tool.Kill();
            }
        };
        watcher.EnableRaisingEvents = true;
        tool.Wait();
        return tool;
    }
}
