using Flex.Training.Tests.Support;

namespace Flex.Training.Tests;

public sealed class ResumeTests : IDisposable
{
    private const int Sigkill = 137;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void KilledAndResumedRun_EndsWithTheSameBytes()
    {
        Child.Train(_folder.Sub("whole"), pause: 0);

        var delays = new Random(2154);
        var reached = 0L;
        for (var kill = 0; kill < 2; kill++)
        {
            using var child = Child.Start(_folder.Sub("killed"));
            WaitForCheckpointAfter(reached, child);
            Thread.Sleep(delays.Next(300));
            child.Kill();
            child.WaitForExit();
            Assert.Equal(Sigkill, child.ExitCode);
            reached = Newest();
        }

        Assert.InRange(reached, 1, Child.Config.Steps - 1);
        Child.Train(_folder.Sub("killed"), pause: 0);

        Assert.Equal(ToyRun.Model(_folder.Sub("whole")), ToyRun.Model(_folder.Sub("killed")));
        Assert.Equal(ToyRun.Metrics(_folder.Sub("whole")), ToyRun.Metrics(_folder.Sub("killed")));
        Assert.Equal(
            File.ReadAllBytes(_folder.Sub("whole/best.safetensors")), File.ReadAllBytes(_folder.Sub("killed/best.safetensors")));
    }

    private long Newest() => Directory.Exists(_folder.Sub("killed"))
        ? Directory.GetFiles(_folder.Sub("killed"), "checkpoint-*.safetensors")
            .Select(file => long.Parse(Path.GetFileNameWithoutExtension(file)["checkpoint-".Length..]))
            .DefaultIfEmpty().Max()
        : 0;

    private void WaitForCheckpointAfter(long step, System.Diagnostics.Process child)
    {
        while (Newest() <= step)
        {
            Assert.False(child.HasExited, "the child ended before it could be killed");
            Thread.Sleep(5);
        }
    }
}
