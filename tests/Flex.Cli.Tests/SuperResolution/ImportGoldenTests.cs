namespace Flex.Cli.Tests.SuperResolution;

public sealed class ImportGoldenTests : IDisposable
{
    private readonly Samples _samples = new();

    private static string Checkpoint => Path.Combine(
        Environment.GetEnvironmentVariable("FLEX_GOLDEN") is { Length: > 0 } named ? named : Path.Combine(RepositoryParent(), "shared", "golden"), "flex-sr", "checkpoint.pt");

    public void Dispose() => _samples.Dispose();

    [Fact]
    public void A_released_checkpoint_becomes_a_model_that_super_resolves()
    {
        var (model, coarse) = (_samples["imported.safetensors"], _samples.Fields("coarse.nc", 9, 12, times: 1));
        var run = CommandLine.Run("import", Checkpoint, "--out", model);
        Assert.Equal($"{model}: FLEX with channels 32,32,64, depth 5, heads 4, tiles of 32², for super-resolution ×4\n", run.Out);
        Assert.Equal(0, CommandLine.Run("superres", "--model", model, "--in", coarse, "--out", _samples["fine.nc"]).Status);
    }

    [Fact]
    public void Bad_input_is_one_line()
    {
        var model = _samples["imported.safetensors"];
        CommandLine.Run("import", _samples["none.pt"], "--out", model).AssertBadInput("none.pt", "no such file");
        File.WriteAllText(_samples["text.pt"], "no checkpoint");
        CommandLine.Run("import", _samples["text.pt"], "--out", model).AssertBadInput("text.pt");
        CommandLine.Run("import", Checkpoint).AssertBadInput("--out");
        CommandLine.Run("import", Checkpoint, "--out", model, "--factor", "7").AssertBadInput("factor of 7");
        CommandLine.Run("import", Checkpoint, "--out", model, "--weights", "best").AssertBadInput("best");
        CommandLine.Run("import", Checkpoint, "--out", _samples["no/imported.safetensors"]).AssertBadInput("cannot write");
        Assert.False(File.Exists(model));
    }

    private static string RepositoryParent()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Flex.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.Parent?.FullName ?? ".";
    }
}
