using System.Diagnostics;
using Flex.Diffusion;

namespace Flex.Cli.Tests;

public sealed class TrainCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("flex-train-");

    public TrainCommandTests() => File.WriteAllText(Config, """
        model: { model_channels: [32, 32], res_blocks: [1, 1], depth: 1, heads: 4 }
        data:
          train: { files: [train.nc], variable: w, parameter: [reynolds], parameter_scale: 100, patch: 16 }
          valid: { files: [valid.nc], patches: 4 }
        optimizer: { kind: adamw, learning_rate: 1e-3 }
        steps: 30
        batch: 2
        warmup_steps: 5
        validate_every: 15
        log_every: 1
        checkpoint_every: { steps: 10 }
        threads: 1
        """);

    private string Config => Sub("train.yaml");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Dry_run_prints_the_resolved_configuration()
    {
        var run = CommandLine.Run("train", Config, "--dry-run", "--set", "batch=16", "--set", "ema.decay=0.5");
        Assert.Equal(ExitStatus.Success, run.Status);
        Assert.Contains("\nbatch: 16\n", run.Out, StringComparison.Ordinal);
        Assert.Contains("  decay: 0.5\n", run.Out, StringComparison.Ordinal);
        Assert.Contains("  betas: [0.9, 0.999]\n", run.Out, StringComparison.Ordinal);

        File.WriteAllText(Sub("again.yaml"), run.Out);
        Assert.Equal(run.Out, CommandLine.Run("train", Sub("again.yaml"), "--dry-run").Out);
    }

    [Theory]
    [InlineData("stesp=10", "stesp", "did you mean steps?")]
    [InlineData("optimizer.kind=sgd", "optimizer.kind", "adamw")]
    [InlineData("optimizer.betas=[0.9]", "optimizer.betas", "two numbers")]
    [InlineData("steps=0", "steps", "at least 1")]
    [InlineData("warmup_steps=31", "warmup_steps", "0 to 30")]
    [InlineData("ema.decay=1", "ema.decay", "below 1")]
    [InlineData("model.depth=2", "depth 2", "odd")]
    [InlineData("model.heads=5", "heads 5", "32")]
    [InlineData("model.backbone=unet", "model_channels is a setting of flex", "not of unet")]
    [InlineData("model.backbone=resnet", "model.backbone", "flex, unet, uvit")]
    [InlineData("model.strong_strength=-0.5", "strong_strength -0.5", "not negative")]
    [InlineData("model.bottleneck_patch=4", "bottleneck_patch 4", "1 or 2")]
    [InlineData("data.train.files=[none*.nc]", "none*.nc", "")]
    [InlineData("device=tpu", "tpu", "cuda")]
    [InlineData("activation_checkpointing=some", "activation_checkpointing", "true or false")]
    public void Bad_settings_are_named(string setting, string named, string advice) =>
        CommandLine.Run("train", Config, "--out", Sub("run"), "--set", setting).AssertBadInput(named, advice);

    [Fact]
    public void Bad_usage_is_named()
    {
        CommandLine.Run("train", Config).AssertBadInput("--out");
        CommandLine.Run("train", Sub("none.yaml"), "--out", Sub("run")).AssertBadInput("none.yaml", "no such file");
        CommandLine.Run("train", Config, "--out", "/dev/null/run").AssertBadInput("/dev/null/run");
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Sigterm_saves_and_resume_ends_with_the_same_bytes()
    {
        Simulate("train.nc", seed: "1");
        Simulate("valid.nc", seed: "2");
        var whole = CommandLine.Run("train", Config, "--out", Sub("whole"));
        Assert.Equal((ExitStatus.Success, Sub("whole/model.safetensors") + "\n"), (whole.Status, whole.Out));

        using var child = Process.Start(new ProcessStartInfo(
            Environment.ProcessPath!, ["exec", typeof(Application).Assembly.Location, "train", Config, "--out", Sub("stopped")])
        { RedirectStandardError = true })!;
        WaitForFile(Sub("stopped/metrics.jsonl"), child);
        Process.Start("kill", ["-TERM", child.Id.ToString()]).WaitForExit();
        Assert.EndsWith("flex: interrupted\n", child.StandardError.ReadToEnd(), StringComparison.Ordinal);
        child.WaitForExit();
        Assert.Equal(ExitStatus.Interrupted, child.ExitCode);
        Assert.NotEmpty(_folder.GetFiles("stopped/checkpoint-*"));
        Assert.False(File.Exists(Sub("stopped/model.safetensors")));

        CommandLine.Run("train", Config, "--out", Sub("stopped")).AssertBadInput("--resume");
        Assert.Equal(ExitStatus.Success, CommandLine.Run("train", Config, "--out", Sub("stopped"), "--resume").Status);
        Assert.Equal(File.ReadAllBytes(Sub("whole/model.safetensors")), File.ReadAllBytes(Sub("stopped/model.safetensors")));
        using var model = ModelFile.LoadSuperResolution(Sub("stopped/model.safetensors"));
        Assert.Equal(16, model.Task.Patch);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Activation_checkpointing_ends_with_the_same_bytes_after_an_interruption_too()
    {
        Simulate("train.nc", seed: "1");
        Simulate("valid.nc", seed: "2");
        void Train(string run, bool checkpointing, params string[] more) => Assert.Equal(ExitStatus.Success, CommandLine.Run(
        [
            "train", Config, "--out", Sub(run), "--set", "tasks={ superres: 1, forecast: 1 }", "--set", "accumulate=2",
            "--set", $"activation_checkpointing={(checkpointing ? "true" : "false")}", .. more,
        ]).Status);
        Train("kept", checkpointing: false);
        Train("again", checkpointing: true);
        Assert.Equal(File.ReadAllBytes(Sub("kept/model.safetensors")), File.ReadAllBytes(Sub("again/model.safetensors")));

        // As if it had been killed after step 20; the setting may then change.
        foreach (var rest in new[] { true, false })
        {
            File.Delete(Sub("again/checkpoint-30.safetensors"));
            File.Delete(Sub("again/model.safetensors"));
            Train("again", rest, "--resume");
            Assert.Equal(File.ReadAllBytes(Sub("kept/model.safetensors")), File.ReadAllBytes(Sub("again/model.safetensors")));
        }
    }

    [Theory]
    [InlineData("{ backbone: unet, channel_mult: [1, 1], res_blocks: [1, 1], attention_resolutions: [8] }")]
    [InlineData("{ backbone: uvit, patch_size: 4, embed_dim: 32, depth: 3, heads: 2 }")]
    [InlineData("{ model_channels: [32, 32], res_blocks: [1, 1], depth: 1, heads: 4, strong_strength: 0.5, bottleneck_patch: 2 }")]
    [Trait("Category", "Slow")]
    public void Every_backbone_trains_and_its_model_super_resolves(string model)
    {
        Simulate("train.nc", seed: "1");
        Simulate("valid.nc", seed: "2");
        var train = CommandLine.Run(
            "train", Config, "--out", Sub("run"), "--set", $"model={model}", "--set", "steps=2", "--set", "warmup_steps=1", "--set", "validate_every=2");
        Assert.Equal((ExitStatus.Success, Sub("run/model.safetensors") + "\n"), (train.Status, train.Out));

        using var samples = new SuperResolution.Samples();
        var coarse = samples.Fields("coarse.nc", 8, 8, times: 1);
        var run = CommandLine.Run("superres", "--model", Sub("run/model.safetensors"), "--in", coarse, "--out", Sub("fine.nc"));
        Assert.Equal((ExitStatus.Success, $"{Sub("fine.nc")}: w, 1 member(s), 1 time(s), 32×32\n"), (run.Status, run.Out));
    }

    private string Sub(string name) => Path.Combine(_folder.FullName, name);

    private void Simulate(string name, string seed) => Assert.Equal(ExitStatus.Success, CommandLine.Run(
        "simulate", "turbulence", "--size", "64", "--times", "0.1:0.5:0.1", "--reynolds", "40", "--seed", seed, "--out", Sub(name)).Status);

    private static void WaitForFile(string path, Process child)
    {
        while (!File.Exists(path) || new FileInfo(path).Length == 0)
        {
            Assert.False(child.HasExited, "the training ended before it could be stopped");
            Thread.Sleep(5);
        }
    }
}
