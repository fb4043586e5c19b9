using Flex.Training.Tests.Support;

namespace Flex.Training.Tests;

public sealed class RunFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Folder_IsLockedUntilItIsClosed()
    {
        using (RunFolder.Open(_folder.Sub("run")))
        {
            var e = Assert.Throws<InputException>(() => RunFolder.Open(_folder.Sub("run")));
            Assert.Contains($"in use by process {Environment.ProcessId} on ", e.Message, StringComparison.Ordinal);
        }

        RunFolder.Open(_folder.Sub("run")).Dispose();
    }

    [Fact]
    public void Folder_ThatIsAFileIsRefused()
    {
        File.WriteAllText(_folder.Sub("file"), "");
        Assert.Throws<InputException>(() => RunFolder.Open(_folder.Sub("file")));
    }

    [Fact]
    public void Run_IsContinuedOnlyOnRequest()
    {
        using var run = RunFolder.Open(_folder.Sub("run"));
        RunConfig.Begin(run, ToyRun.Config, resume: true); // nothing there yet: it starts

        var e = Assert.Throws<InputException>(() => RunConfig.Begin(run, ToyRun.Config, resume: false));
        Assert.Contains("--resume", e.Message, StringComparison.Ordinal);
        RunConfig.Begin(run, ToyRun.Config, resume: true);
    }

    [Fact]
    public void Run_IsContinuedOnlyWithItsOwnConfiguration()
    {
        using var run = RunFolder.Open(_folder.Sub("run"));
        RunConfig.Begin(run, ToyRun.Config, resume: false);

        RunConfig.Begin(run, ToyRun.Config with { Threads = 2, Keep = 5 }, resume: true);
        var e = Assert.Throws<InputException>(() => RunConfig.Begin(run, ToyRun.Config with { Batch = 16 }, resume: true));
        Assert.Contains("'batch: 4'", e.Message, StringComparison.Ordinal);
        Assert.Contains("'batch: 16'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DamagedCheckpoint_GivesWayToTheOneBefore()
    {
        using var objective = new ToyObjective();
        ToyRun.Train(_folder.Sub("run"), ToyRun.Config, objective, new ToyData(4));
        var newest = _folder.Sub("run/checkpoint-60.safetensors");
        File.WriteAllBytes(newest, File.ReadAllBytes(newest)[..^100]);
        var model = ToyRun.Model(_folder.Sub("run"));

        using var again = new ToyObjective();
        ToyRun.Train(_folder.Sub("run"), ToyRun.Config, again, new ToyData(4), resume: true);

        Assert.Equal(10, again.Calls - 2); // steps 51 … 60, and two batches of validation
        Assert.Equal(model, ToyRun.Model(_folder.Sub("run")));
    }

    [Fact]
    public void Checkpoint_OfAnotherNetworkIsRefused()
    {
        using var objective = new ToyObjective();
        ToyRun.Train(_folder.Sub("run"), ToyRun.Config, objective, new ToyData(4));

        using var wider = new ToyObjective(hidden: 8);
        var e = Assert.Throws<InputException>(() => ToyRun.Train(_folder.Sub("run"), ToyRun.Config, wider, new ToyData(4), resume: true));
        Assert.Contains("another network", e.Message, StringComparison.Ordinal);
    }
}
