using System.Text.RegularExpressions;
using Flex.Fields.Configuration;
using Flex.IO;
using Flex.Torch.Distributed;

namespace Flex.Training.Tests.Support;

/// <summary>Trains a toy in a run folder, as the command does.</summary>
internal static class ToyRun
{
    public static TrainerConfig Config { get; } = new()
    {
        Optimizer = new OptimizerConfig { Kind = OptimizerKind.Adamw, LearningRate = 0.01 },
        Steps = 60,
        Batch = 4,
        WarmupSteps = 5,
        ValidateEvery = 20,
        LogEvery = 7,
        CheckpointEvery = new CheckpointConfig { Steps = 10, Minutes = 0 },
        Ema = new EmaConfig { Decay = 0.9 },
        TimeSampling = TimeSampling.Stratified,
        Threads = 1,
    };

    public static void Train(
        string folder, TrainerConfig config, ITrainingObjective objective, ITrainingData data, bool resume = false,
        ProcessGroup? ranks = null, CancellationToken cancellation = default)
    {
        ranks ??= ProcessGroup.Single;
        using var run = ranks.IsFirst ? RunFolder.Open(folder) : RunFolder.Join(folder);
        ranks.AtFirst(() => RunConfig.Begin(run, config, resume));
        using var trainer = new Trainer(
            config, ConfigPrinter.ToYaml(config), objective, data, run, TimeProvider.System, NoProgress.Instance, ranks);
        trainer.Run(cancellation);
    }

    /// <summary>The history without what depends on the clock.</summary>
    public static string[] Metrics(string folder) =>
        [.. File.ReadAllLines(Path.Combine(folder, "metrics.jsonl"))
            .Select(line => Regex.Replace(line, ",\"(samples_per_second|seconds)\":[^,}]*", ""))];

    public static byte[] Model(string folder) => File.ReadAllBytes(Path.Combine(folder, "model.safetensors"));
}
