using System.Text.RegularExpressions;
using Flex.Soak.Tests.Support;

namespace Flex.Soak.Tests.Crashes;

/// <summary>A piece of work of the tool that can be started again after a crash.</summary>
/// <param name="Name">The command.</param>
/// <param name="Sign">The file by which one sees that the work has begun.</param>
/// <param name="Writes">About how many files it writes.</param>
/// <param name="Arguments">The arguments, the same at every start; paths start from the work's own folder.</param>
internal sealed record Job(string Name, string Sign, int Writes, params string[] Arguments)
{
    /// <summary>The jobs, over the files of <see cref="JobFiles"/> one folder up.</summary>
    public static IReadOnlyList<Job> All { get; } =
    [
        new("train", "run/metrics.jsonl", 10, "train", "../train.yaml", "--out", "run", "--resume"),
        new("calibrate", "run/metrics.jsonl", 8, "calibrate", "../trained/model.safetensors", "--data", "../train.nc", "--valid", "../train.nc", "--out", "run", "--resume",
            "--set", "calibrate={ steps: 12, batch: 2, warmup_steps: 1, validate_every: 6, spread_fields: 1, spread_members: 2 }"),
        new("superres", "fine.nc.partial", 1, "superres", "--model", "../trained/model.safetensors", "--in", "../coarse.nc", "--out", "fine.nc", "--members", "4"),
        new("simulate", "flow.nc.partial", 20, "simulate", "turbulence", "--size", "64", "--reynolds", "40", "--times", "0.02:0.6:0.02", "--velocity", "--out", "flow.nc"),
    ];

    public override string ToString() => Name;

    /// <summary>Runs to the end.</summary>
    public void Finish(string folder)
    {
        using var tool = ToolProcess.Start(folder, Arguments);
        Assert.True(tool.Wait() == 0, tool.Error);
    }

    /// <summary>
    /// What the work has left in its folder, by name: all files but the lock and TensorBoard's, which every start has its own of; the
    /// history without what depends on the clock.
    /// </summary>
    public static SortedDictionary<string, string> Results(string folder) => new(
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => !file.Contains("tfevents", StringComparison.Ordinal) && !file.EndsWith("run.lock", StringComparison.Ordinal))
            .ToDictionary(file => Path.GetRelativePath(folder, file), Content),
        StringComparer.Ordinal);

    private static string Content(string file) => file.EndsWith(".jsonl", StringComparison.Ordinal)
        ? Regex.Replace(File.ReadAllText(file), ",\"(samples_per_second|seconds)\":[^,}]*", "")
        : Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)));
}
