using System.Diagnostics;
using System.Globalization;
using Flex.Cli;
using Flex.Soak.Tests.Support;

namespace Flex.Soak.Tests.Crashes;

public sealed class InterruptionTests(JobFiles files) : IClassFixture<JobFiles>
{
    /// <summary>5 s of a machine that has nothing else to do, and more of one that others use as well.</summary>
    private static TimeSpan Soon
    {
        get
        {
            var load = double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);
            return TimeSpan.FromSeconds(5 * Math.Max(1, load / Environment.ProcessorCount));
        }
    }

    public static TheoryData<string, string> Signals => new() { { "train", "TERM" }, { "calibrate", "INT" }, { "superres", "TERM" }, { "simulate", "INT" } };

    [Theory]
    [MemberData(nameof(Signals))]
    [Trait("Category", "Slow")]
    public void A_signal_saves_and_ends_soon(string name, string signal)
    {
        var job = Job.All.Single(j => j.Name == name);
        var folder = files.NewWork();
        using (var tool = ToolProcess.Start(folder, job.Arguments))
        {
            Work.WaitFor(Path.Combine(folder, job.Sign), tool);
            var start = Stopwatch.GetTimestamp();
            tool.Signal(signal);
            Assert.Equal(ExitStatus.Interrupted, tool.Wait());
            Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, Soon);
            Assert.EndsWith("flex: interrupted\n", tool.Error, StringComparison.Ordinal);
        }

        Assert.Equal(name is "train" or "calibrate", Directory.GetFiles(folder, "checkpoint-*", SearchOption.AllDirectories).Length > 0);
        job.Finish(folder);
        Assert.DoesNotContain(Job.Results(folder).Keys, file => file.Contains(".partial", StringComparison.Ordinal) || file.Contains("tmp", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void A_second_process_is_refused_with_the_first_ones_number_and_a_dead_one_is_not_in_the_way()
    {
        var job = Job.All.Single(j => j.Name == "train");
        var folder = files.NewWork();
        using var first = ToolProcess.Start(folder, job.Arguments);
        Work.WaitFor(Path.Combine(folder, job.Sign), first);
        first.Signal("STOP");
        using (var second = ToolProcess.Start(folder, job.Arguments))
        {
            Assert.Equal(ExitStatus.BadInput, second.Wait());
            Assert.Equal($"flex: the run folder run is in use by process {first.Id} on {Environment.MachineName}; wait for it or choose another --out\n", second.Error);
        }

        first.Kill();
        first.Wait();
        job.Finish(folder);
    }
}
