using System.Diagnostics;
using System.Globalization;
using Flex.Cli;
using Flex.Cli.Tests;
using Flex.Soak.Tests.Support;

namespace Flex.Soak.Tests.Size;

/// <summary>Large fields through the shipped tiny model: the memory is bounded, and four times the area take four times the time.</summary>
public sealed class SuperresLargeTests : IDisposable
{
    private const int Factor = 4;
    private const int MostMebibytes = 3 << 10;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Category", "Soak")]
    public void SuperresLarge_StaysWithinItsMemory()
    {
        // The first run loads libraries and compiles.
        _ = Refine(512);
        var (small, large) = (Refine(2048), Refine(4096));
        SoakReport.Add(string.Create(CultureInfo.InvariantCulture, $"superres, four times the area: {large / small:0.00} times the time"));
    }

    /// <summary>Super-resolves a flow to a grid of the given side.</summary>
    /// <returns>What it took.</returns>
    private TimeSpan Refine(int side)
    {
        Run("simulate", "turbulence", "--size", $"{side / Factor}", "--times", "0.01:0.01:0.01", "--reynolds", "1000", "--out", _folder["coarse.nc"]);
        PeakMemory.Reset();
        var clock = Stopwatch.StartNew();
        Run("superres", "--model", Repository.File("models/turbulence-x4-tiny.safetensors"), "--in", _folder["coarse.nc"], "--members", "2", "--out", _folder["fine.nc"]);
        var peak = PeakMemory.Mebibytes;
        SoakReport.Add(string.Create(CultureInfo.InvariantCulture, $"superres to {side}², 2 members: {clock.Elapsed.TotalSeconds:0} s, {peak} MiB"));
        Assert.InRange(peak, 0, MostMebibytes);
        Assert.InRange(new FileInfo(_folder["fine.nc"]).Length, (long)side * side, long.MaxValue);
        return clock.Elapsed;
    }

    private static void Run(params string[] arguments)
    {
        var tool = Tool.Run(arguments);
        Assert.True(tool.Status == ExitStatus.Success, tool.Error);
    }
}
