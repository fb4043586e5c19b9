using Flex.Diffusion;
using Flex.Diffusion.Backbones;
using Flex.Fields.DataSets;
using Flex.Torch.State;

namespace Flex.Cli.Tests;

public sealed class CalibrateCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("flex-calibrate-");

    public CalibrateCommandTests()
    {
        File.WriteAllText(Sub("train.yaml"), """
            tasks: { superres: 1, forecast: 1 }
            model: { model_channels: [32, 32], res_blocks: [1, 1], depth: 1, heads: 4 }
            data:
              train: { files: [train.nc], variable: w, patch: 16, symmetries: vorticity, advection: true, periodic: [y, x] }
              valid: { files: [train.nc], patches: 4 }
            optimizer: { kind: adamw, learning_rate: 1e-3 }
            steps: 4
            batch: 2
            warmup_steps: 2
            threads: 1
            calibrate: { steps: 3, batch: 2, warmup_steps: 1, validate_every: 2, spread_fields: 2, spread_members: 3 }
            """);
        Assert.Equal(ExitStatus.Success, CommandLine.Run(
            "simulate", "turbulence", "--size", "64", "--reynolds", "40", "--times", "0.1:0.5:0.1", "--out", Sub("train.nc")).Status);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    [Trait("Category", "Slow")]
    public void Training_may_end_with_a_calibration()
    {
        var run = CommandLine.Run("train", Sub("train.yaml"), "--out", Sub("run"));
        Assert.Equal((ExitStatus.Success, Sub("run/calibration/model.safetensors") + "\n"), (run.Status, run.Out));
        Assert.True(Differ(Sub("run/model.safetensors"), Sub("run/calibration/model.safetensors")));
        Assert.Contains("valid_loss", File.ReadAllText(Sub("run/calibration/metrics.jsonl")), StringComparison.Ordinal);
        CommandLine.Run("train", Sub("train.yaml"), "--out", Sub("run")).AssertBadInput("--resume");

        // The same stage for the finished model, interrupted by its own number of steps, and resumed.
        string[] Arguments(string folder) => ["calibrate", Sub("run/model.safetensors"), "--data", Sub("train.nc"), "--valid", Sub("train.nc"), "--out", Sub(folder)];
        var again = CommandLine.Run(Arguments("again"));
        Assert.Equal((ExitStatus.Success, Sub("again/model.safetensors") + "\n"), (again.Status, again.Out));
        Assert.False(Differ(Sub("run/calibration/model.safetensors"), Sub("again/model.safetensors")));
        CommandLine.Run(Arguments("again")).AssertBadInput("again", "--resume");
        Assert.Equal(ExitStatus.Success, CommandLine.Run([.. Arguments("again"), "--resume"]).Status);
        CommandLine.Run([.. Arguments("again"), "--resume", "--set", "calibrate.steps=5"]).AssertBadInput("another configuration");
        var tasks = ModelFile.ReadTasks(Sub("again/model.safetensors"));
        Assert.All(new[] { tasks.SuperResolution!.Spread!, tasks.Forecast!.Spread! }, spread => Assert.Equal((2, 4, 4), (spread.Steps, spread.Level.Count, spread.Exponent.Count)));

        // The gradient of all sampling steps is another one than that of the last alone.
        Assert.Equal(ExitStatus.Success, CommandLine.Run([.. Arguments("both"), "--set", "calibrate.gradient_steps=2"]).Status);
        Assert.True(Differ(Sub("again/model.safetensors"), Sub("both/model.safetensors")));

        // So is that of members that are drawn in one orientation.
        Assert.Equal(ExitStatus.Success, CommandLine.Run([.. Arguments("unturned"), "--set", "calibrate.turned=false"]).Status);
        Assert.True(Differ(Sub("again/model.safetensors"), Sub("unturned/model.safetensors")));

        // Weights between those before and after.
        Assert.Equal(ExitStatus.Success, CommandLine.Run([.. Arguments("between"), "--set", "calibrate.tuned_share=0.25"]).Status);
        var (before, after, between) = (Weights("run"), Weights("again"), Weights("between"));
        Assert.All(before.Keys, name => Assert.All(before[name].Zip(after[name], between[name]), w => Assert.Equal(w.First + (0.25f * (w.Second - w.First)), w.Third, 1e-6f)));
        Assert.Equal(SymmetryGroup.Vorticity, ModelFile.ReadTasks(Sub("between/model.safetensors")).Symmetries(TaskKind.Forecast));

        // A file that does not say under which symmetries it was trained learns it from its configuration.
        Assert.Equal(SymmetryGroup.Vorticity, tasks.Symmetries(TaskKind.Forecast));
        ModelFile.Describe(Sub("run/model.safetensors"), Sub("run/model.safetensors"), ModelFile.ReadTasks(Sub("run/model.safetensors")).Under(SymmetryGroup.None));

        // Without tuning the network stays as it is, and without other patches it is not corrected.
        Assert.Equal(ExitStatus.Success, CommandLine.Run([.. Arguments("fit"), "--set", "calibrate.steps=0"]).Status);
        Assert.False(Differ(Sub("run/model.safetensors"), Sub("fit/model.safetensors")));
        var fitted = ModelFile.ReadTasks(Sub("fit/model.safetensors"));
        Assert.Equal(SymmetryGroup.Vorticity, fitted.Symmetries(TaskKind.SuperRes));
        Assert.Equal(ExitStatus.Success, CommandLine.Run([.. Arguments("apart"), "--set", "calibrate.steps=0", "--set", "calibrate.spread_overlap=0"]).Status);
        Assert.NotEqual(fitted.SuperResolution!.Spread!.Level, ModelFile.ReadTasks(Sub("apart/model.safetensors")).SuperResolution!.Spread!.Level);
        Assert.NotEqual(tasks.Forecast.Spread!.Level, fitted.Forecast!.Spread!.Level);
        Assert.Equal(ExitStatus.Success, CommandLine.Run("calibrate", Sub("again/model.safetensors"), "--data", Sub("train.nc"), "--out", Sub("none"), "--set", "calibrate.steps=0").Status);
        Assert.Null(ModelFile.ReadTasks(Sub("none/model.safetensors")).SuperResolution!.Spread);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void What_cannot_be_calibrated_is_named()
    {
        Assert.Equal(ExitStatus.Success, CommandLine.Run("train", Sub("train.yaml"), "--out", Sub("run"), "--set", "model.method=regression", "--set", "calibrate=null", "--set", "steps=60", "--set", "optimizer.learning_rate=1e-2").Status);
        CommandLine.Run("calibrate", Sub("run/model.safetensors"), "--data", Sub("train.nc"), "--out", Sub("c")).AssertBadInput("regression");

        // Its members differ by their orientation alone, which is no spread.
        Assert.Contains("found  posterior collapse: spread is 0.000 of", CommandLine.Run("diagnose", Sub("run/model.safetensors"), "--data", Sub("train.nc")).Out, StringComparison.Ordinal);
        CommandLine.Run("calibrate", Sub("none.safetensors"), "--data", Sub("train.nc"), "--out", Sub("c")).AssertBadInput("none.safetensors");
        CommandLine.Run("calibrate", Sub("run/model.safetensors"), "--data", Sub("none.nc"), "--out", Sub("c")).AssertBadInput("none.nc");
        CommandLine.Run("calibrate", Sub("run/model.safetensors"), "--data", Sub("train.nc"), "--out", Sub("c"), "--set", "calibrate.members=1").AssertBadInput("members", "at least 2");
        CommandLine.Run("calibrate", Sub("run/model.safetensors"), "--data", Sub("train.nc"), "--out", Sub("c"), "--set", "calibrate.tuned_share=0").AssertBadInput("tuned_share", "at most 1");
        CommandLine.Run("calibrate", Sub("run/model.safetensors"), "--data", Sub("train.nc"), "--out", Sub("c"), "--set", "calibrate.gradient_steps=3").AssertBadInput("gradient_steps", "1 to 2");
        CommandLine.Run("calibrate", Sub("run/model.safetensors"), "--data", Sub("train.nc"), "--valid", Sub("train.nc"), "--out", Sub("c"), "--set", "calibrate.spread_overlap=-1").AssertBadInput("spread_overlap", "0 or more");

        var state = SafeTensors.Read(Sub("run/model.safetensors"));
        SafeTensors.Write(Sub("strange.safetensors"), state.Tensors, state.Metadata.Where(entry => entry.Key != "train_config").ToDictionary());
        CommandLine.Run("calibrate", Sub("strange.safetensors"), "--data", Sub("train.nc"), "--out", Sub("c")).AssertBadInput("strange.safetensors", "how it was trained");
    }

    private static bool Differ(string first, string second)
    {
        var other = SafeTensors.Read(second).Tensors;
        return SafeTensors.Read(first).Tensors.Any(tensor => !tensor.Value.Bytes.Span.SequenceEqual(other[tensor.Key].Bytes.Span));
    }

    private Dictionary<string, float[]> Weights(string run) =>
        SafeTensors.Read(Sub($"{run}/model.safetensors")).Tensors.ToDictionary(tensor => tensor.Key, tensor => tensor.Value.AsSpan<float>().ToArray());

    private string Sub(string name) => Path.Combine(_folder.FullName, name);
}
