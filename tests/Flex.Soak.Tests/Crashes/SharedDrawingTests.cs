using System.Diagnostics;
using Flex.Cli;
using Flex.Soak.Tests.Support;

namespace Flex.Soak.Tests.Crashes;

/// <summary>Several processes that super-resolve, forecast or judge together, and what becomes of them when one dies or hangs.</summary>
public sealed class SharedDrawingTests(JobFiles files) : IClassFixture<JobFiles>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    // Of many members, so that it lasts.
    private static readonly string[] Long = ["superres", "--model", "../trained/model.safetensors", "--in", "../coarse.nc", "--out", "fine.nc", "--members", "3000"];

    [Theory]
    [InlineData(2, "superres --model ../both/model.safetensors --in ../coarse.nc --out out.nc --members 3 --batch 3 --stat members,mean,std")]
    [InlineData(3, "superres --model ../both/model.safetensors --in ../coarse.nc --out out.nc --members 2")]
    [InlineData(2, "forecast --model ../both/model.safetensors --in ../train.nc --out out.nc --lead 2 --members 2")]
    [InlineData(3, "forecast --model ../both/model.safetensors --in ../train.nc --out out.nc --lead 2 --members 3 --batch 3")]
    [InlineData(2, "evaluate --model ../both/model.safetensors --data ../train.nc --members 3 --json out.json --report report")]
    [InlineData(3, "evaluate --model ../both/model.safetensors --data ../train.nc --json out.json --report report")]
    [InlineData(2, "evaluate --model ../both/model.safetensors --data ../train.nc --lead 1 --members 2 --json out.json --report report")]
    [InlineData(3, "evaluate --model ../both/model.safetensors --data ../train.nc --lead 1 --members 3 --json out.json --report report")]
    [InlineData(2, "calibrate ../trained/model.safetensors --data ../train.nc --valid ../train.nc --out run --set calibrate.steps=0 --set calibrate.spread_fields=1 --set calibrate.spread_members=2")]
    [Trait("Category", "Slow")]
    public void Several_processes_leave_the_bytes_of_one(int size, string line)
    {
        files.TrainBothTasks();
        var (alone, together) = (files.NewWork(), files.NewWork());
        using (var one = ToolProcess.Start(alone, line.Split(' ')))
        {
            Assert.True(one.Wait() == 0, one.Error);
        }

        using (var several = ToolProcess.Start(together, ["launch", "-n", $"{size}", "--", .. line.Split(' ')]))
        {
            Assert.True(several.Wait() == 0, several.Error);
            Assert.DoesNotContain("[1]", several.Error, StringComparison.Ordinal);
        }

        var results = Job.Results(alone);
        Assert.NotEmpty(results);
        Assert.Equal(results, Job.Results(together));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void A_killed_process_ends_the_others_with_its_number()
    {
        using var tool = Start(out var folder, out var ranks);
        var start = Stopwatch.GetTimestamp();
        Process.GetProcessById(ranks[1]).Kill();
        AssertEnds(tool, ranks, start);
        Assert.Contains("flex: rank 1 of 2 was killed by signal 9; start it again\n", tool.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder, "fine.nc")));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void A_process_that_hangs_ends_the_others_with_its_number()
    {
        using var tool = Start(out var _, out var ranks);
        var start = Stopwatch.GetTimestamp();
        Send("STOP", ranks[1]);
        AssertEnds(tool, ranks, start);
        Assert.Contains("[0] flex: rank 1 of 2 has not answered for ", tool.Error, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Interrupted_all_end_soon()
    {
        using var tool = Start(out var folder, out var ranks);
        var start = Stopwatch.GetTimestamp();
        tool.Signal("TERM");
        Assert.True(tool.Wait() == ExitStatus.Interrupted, tool.Error);
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.All(ranks, rank => Assert.False(RankProcesses.IsAlive(rank)));
        Assert.False(File.Exists(Path.Combine(folder, "fine.nc")));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Not_even_a_stopped_process_outlives_a_launcher_that_is_killed()
    {
        using var tool = Start(out var _, out var ranks);
        Send("STOP", ranks[1]);
        tool.Kill();
        tool.Wait();
        var gone = Patience.Wait(TimeSpan.FromSeconds(5), slice =>
        {
            Thread.Sleep(slice);
            return !ranks.Any(RankProcesses.IsAlive);
        }, out _);
        Assert.True(gone, "ranks run on without their launcher");
    }

    private ToolProcess Start(out string folder, out int[] ranks)
    {
        folder = files.NewWork();
        var tool = ToolProcess.Start(folder, ["launch", "-n", "2", "--", .. Long]);
        Work.WaitFor(Path.Combine(folder, "fine.nc.partial"), tool);
        Assert.False(tool.HasExited);
        ranks = [RankProcesses.Find(tool.Id, rank: 0), RankProcesses.Find(tool.Id, rank: 1)];
        return tool;
    }

    private static void AssertEnds(ToolProcess tool, int[] ranks, long start)
    {
        Assert.True(tool.Wait() == ExitStatus.RankLost, tool.Error);
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, Limit);
        Assert.All(ranks, rank => Assert.False(RankProcesses.IsAlive(rank)));
    }

    private static void Send(string signal, int process)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process}"]);
        kill.WaitForExit();
    }
}
