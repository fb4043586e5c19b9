using Flex.Diffusion;
using Flex.Fields.NetCdf;
using Flex.Torch.State;

namespace Flex.Cli.Tests;

/// <summary>Several tasks, fine-tuning and regression through <c>flex train</c>.</summary>
public sealed class MultiTaskTrainTests : IDisposable
{
    private readonly SuperResolution.Samples _samples = new();

    public MultiTaskTrainTests()
    {
        _samples.Fields("train.nc", 32, 32, times: 5);
        File.WriteAllText(Config, """
            tasks: { superres: 1, forecast: 1 }
            model: { model_channels: [32, 32], res_blocks: [1, 1], depth: 1, heads: 4 }
            data:
              train: { files: [train.nc], variable: w, parameter: [reynolds], parameter_scale: 1000, patch: 16 }
              valid: { files: [train.nc], patches: 4 }
            optimizer: { kind: adamw, learning_rate: 1e-3 }
            steps: 3
            batch: 4
            warmup_steps: 1
            validate_every: 3
            log_every: 1
            threads: 1
            """);
    }

    private string Config => _samples["train.yaml"];

    public void Dispose() => _samples.Dispose();

    [Theory]
    [InlineData("tasks={superres: 1, forecast: 3}")]
    [InlineData("tasks.contrastive=1")]
    [Trait("Category", "Slow")]
    public void One_model_learns_both_tasks(string setting)
    {
        var model = Train("run", setting);
        using var loaded = ModelFile.Load(model);
        Assert.Equal(0.5, loaded.Tasks.Forecast!.Task.TimeStep);
        Assert.Equal(0, CommandLine.Run("superres", "--model", model, "--in", _samples.Fields("coarse.nc", 8, 8), "--out", _samples["fine.nc"]).Status);
        Assert.Equal(0, CommandLine.Run("forecast", "--model", model, "--in", _samples["train.nc"], "--out", _samples["next.nc"]).Status);
        var log = File.ReadAllText(_samples["run/metrics.jsonl"]);
        Assert.Contains("valid_sample_error_superres", log, StringComparison.Ordinal);
        Assert.Contains("valid_sample_error_forecast", log, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Fine_tuning_starts_from_a_model_and_leaves_frozen_weights_alone()
    {
        var before = SafeTensors.Read(Train("first")).Tensors;
        var after = SafeTensors.Read(Train(
            "second", "start={model: first/model.safetensors, freeze: [decoder.*, encoder.input_blocks.0.*]}", "optimizer.learning_rate=1e-4")).Tensors;
        Assert.Equal(before.Keys, after.Keys);
        bool Same(string name) => before[name].Bytes.Span.SequenceEqual(after[name].Bytes.Span);
        Assert.All(before.Keys.Where(name => name.StartsWith("decoder.", StringComparison.Ordinal)), name => Assert.True(Same(name), name));
        Assert.True(Same("encoder.input_blocks.0.0.weight"));
        Assert.False(Same("encoder.input_blocks.1.0.in_layers.2.weight"));

        // A step of 1e-4 each cannot lead far: the others began where the first training ended.
        var (was, now) = (Values(before["superres_encoder.input_blocks.0.0.weight"]), Values(after["superres_encoder.input_blocks.0.0.weight"]));
        Assert.InRange(was.Zip(now, (a, b) => Math.Abs(a - b)).Max(), 1e-9, 5e-4);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void A_regression_gives_every_member_the_same_answer()
    {
        var model = Train("run", "model.method=regression", "tasks={superres: 1}");
        var fine = _samples["fine.nc"];
        Assert.Equal(0, CommandLine.Run(
            "superres", "--model", model, "--in", _samples.Fields("coarse.nc", 8, 8, times: 1), "--out", fine, "--members", "2", "--stat", "std").Status);
        using var file = FieldFile.Open(fine);
        var std = new float[32 * 32];
        file.Field("w_std").ReadWindow(0, 0, Fields.Grids.Window.Whole(32, 32), std);
        Assert.All(std, value => Assert.Equal(0, value));
    }

    [Theory]
    [InlineData("tasks.forecast=-1", "forecast", "negative")]
    [InlineData("tasks={superres: 0}", "superres", "give a task a share")]
    [InlineData("tasks={superres: 1, contrastive: 1}", "contrastive", "two tasks")]
    [InlineData("batch=1", "batch of 1", "two tasks")]
    [InlineData("start={model: none.safetensors}", "none.safetensors", "no such file")]
    [InlineData("data.train.history=5;tasks={forecast: 1}", "train.nc has 5 times", "needs 6")]
    [InlineData("tasks.forcast=1", "forcast", "did you mean forecast?")]
    public void Bad_settings_are_named(string setting, string named, string advice) =>
        Run("bad", setting.Split(';')).AssertBadInput(named, advice);

    [Fact]
    public void Starting_weights_must_fit()
    {
        var model = _samples.Model();
        void Refused(string start, params string[] words) => Run("bad", $"start={start}").AssertBadInput(words);
        Refused($"{{model: {model}, freeze: [nothing.*]}}", "nothing.*", "fits no parameter");
        Refused($"{{model: {model}, freeze: ['*']}}", "all parameters");
        Run("bad", $"start={{model: {model}}}", "model.model_channels=[32, 64]").AssertBadInput("same architecture");
    }

    private string Train(string run, params string[] settings)
    {
        var trained = Run(run, settings);
        Assert.Equal((ExitStatus.Success, _samples[$"{run}/model.safetensors"] + "\n"), (trained.Status, trained.Out));
        return _samples[$"{run}/model.safetensors"];
    }

    private CommandLine Run(string run, params string[] settings) =>
        CommandLine.Run(["train", Config, "--out", _samples[run], .. settings.SelectMany(setting => new[] { "--set", setting })]);

    private static float[] Values(TensorData data) => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(data.Bytes.Span).ToArray();
}
