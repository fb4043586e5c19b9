using Flex.Cli;
using Flex.Soak.Tests.Support;

namespace Flex.Soak.Tests.Crashes;

/// <summary>The inputs of the jobs: a simulation, a configuration and a model, made once.</summary>
public sealed class JobFiles : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private int _works;

    public JobFiles()
    {
        File.WriteAllText(_folder["train.yaml"], """
            model: { model_channels: [32, 32], res_blocks: [1, 1], depth: 1, heads: 4 }
            data:
              train: { files: [train.nc], variable: w, patch: 16 }
              valid: { files: [train.nc], patches: 2 }
            optimizer: { kind: adamw, learning_rate: 1e-3 }
            steps: 30
            batch: 2
            warmup_steps: 2
            validate_every: 6
            log_every: 1
            checkpoint_every: { steps: 4 }
            keep: 2
            threads: 1
            """);
        Run("simulate", "turbulence", "--size", "64", "--times", "0.1:0.2:0.1", "--reynolds", "40", "--out", _folder["train.nc"]);
        Run("degrade", "--in", _folder["train.nc"], "--out", _folder["coarse.nc"]);
        Run("train", _folder["train.yaml"], "--out", _folder["trained"], "--set", "steps=2");
    }

    /// <summary>Makes a model of both tasks, both/model.safetensors, unless it is there.</summary>
    internal void TrainBothTasks()
    {
        if (!Directory.Exists(_folder["both"]))
        {
            Run("train", _folder["train.yaml"], "--out", _folder["both"], "--set", "steps=2", "--set", "tasks={ superres: 1, forecast: 1 }", "--set", "data.train.history=1");
        }
    }

    /// <summary>An empty folder beside the inputs.</summary>
    internal string NewWork() => Directory.CreateDirectory(_folder[$"work{_works++}"]).FullName;

    public void Dispose() => _folder.Dispose();

    private static void Run(params string[] arguments)
    {
        var tool = Tool.Run(arguments);
        Assert.True(tool.Status == ExitStatus.Success, tool.Error);
    }
}
