using System.Diagnostics;
using Flex.Cli;
using Flex.Soak.Tests.Support;
using Flex.Torch.State;

namespace Flex.Soak.Tests.Crashes;

/// <summary>Several processes that train together, and what becomes of them when one dies or hangs.</summary>
public sealed class LaunchTests(JobFiles files) : IClassFixture<JobFiles>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    [Trait("Category", "Slow")]
    public void Interrupted_and_resumed_with_another_number_of_processes_it_ends_as_one_process_does()
    {
        var folder = files.NewWork();
        using (var one = ToolProcess.Start(folder, Train("one", 8)))
        {
            Assert.True(one.Wait() == 0, one.Error);
        }

        using (var two = ToolProcess.Start(folder, ["launch", "-n", "2", "--", .. Train("several", 8)]))
        {
            Work.WaitFor(Path.Combine(folder, "several", "metrics.jsonl"), two);
            two.Signal("TERM");
            Assert.True(two.Wait() == ExitStatus.Interrupted, two.Error);
            Assert.Contains("[1] flex: interrupted\n", two.Error, StringComparison.Ordinal);
        }

        using (var three = ToolProcess.Start(folder, ["launch", "-n", "3", "--", .. Train("several", 8), "--resume"]))
        {
            Assert.True(three.Wait() == 0, three.Error);
            Assert.Contains("[0] training", three.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("[1] training", three.Error, StringComparison.Ordinal);
        }

        AssertSameWeights(Path.Combine(folder, "one", "model.safetensors"), Path.Combine(folder, "several", "model.safetensors"));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void A_killed_process_is_named_and_the_run_starts_again_and_ends_well()
    {
        var folder = files.NewWork();
        using var tool = ToolProcess.Start(folder, ["launch", "-n", "2", "--restarts", "1", "--", .. Train("run", 8)]);
        Work.WaitFor(Path.Combine(folder, "run", "metrics.jsonl"), tool);
        Process.GetProcessById(RankProcesses.Find(tool.Id, rank: 1)).Kill();
        Assert.True(tool.Wait() == 0, tool.Error);
        Assert.Contains("flex: rank 1 of 2 was killed by signal 9; start 1 of 1 again", tool.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder, "run", "model.safetensors")));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void A_process_that_hangs_ends_the_others_with_its_number()
    {
        var folder = files.NewWork();
        using var tool = ToolProcess.Start(folder, ["launch", "-n", "2", "--", .. Train("run", 2000)], "env", "FLEX_RANK_TIMEOUT=5");
        Work.WaitFor(Path.Combine(folder, "run", "metrics.jsonl"), tool);
        int[] ranks = [RankProcesses.Find(tool.Id, rank: 0), RankProcesses.Find(tool.Id, rank: 1)];
        var start = Stopwatch.GetTimestamp();
        using (var stop = Process.Start("kill", ["-STOP", $"{ranks[1]}"]))
        {
            stop.WaitForExit();
        }

        Assert.True(tool.Wait() == ExitStatus.RankLost, tool.Error);
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, Limit);
        Assert.Contains("[0] flex: rank 1 of 2", tool.Error, StringComparison.Ordinal);
        Assert.All(ranks, rank => Assert.False(RankProcesses.IsAlive(rank)));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Bad_input_of_all_is_told_once_more_by_the_launcher_and_not_tried_again()
    {
        var folder = files.NewWork();
        using var tool = ToolProcess.Start(folder, ["launch", "-n", "2", "--restarts", "5", "--", .. Train("run", 8), "--set", "batch=1", "--set", "steps=3"]);
        Assert.Equal(ExitStatus.BadInput, tool.Wait());
        Assert.Contains("a batch of 1 cannot be shared by 2 processes", tool.Error.TrimEnd('\n').Split('\n')[^1], StringComparison.Ordinal);
    }

    private static string[] Train(string run, int steps) => ["train", "../train.yaml", "--out", run, "--set", "batch=3", "--set", $"steps={steps}"];

    // The order of additions differs, nothing else.
    private static void AssertSameWeights(string one, string other)
    {
        var (first, second) = (SafeTensors.Read(one).Tensors, SafeTensors.Read(other).Tensors);
        var (difference, size) = (0.0, 0.0);
        foreach (var (name, data) in first)
        {
            var (a, b) = (data.AsSpan<float>().ToArray(), second[name].AsSpan<float>().ToArray());
            difference += a.Zip(b, (x, y) => Math.Pow(x - y, 2)).Sum();
            size += a.Sum(x => (double)x * x);
        }

        Assert.InRange(Math.Sqrt(difference / size), 0, 1e-5);
    }
}
