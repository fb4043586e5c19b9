using System.Globalization;
using Flex.Cli;
using Flex.Fields.Configuration;
using Flex.IO;
using Flex.Soak.Tests.Support;
using Flex.Training;

namespace Flex.Soak.Tests.Endurance;

/// <summary>Trains a network of the tiny size on fields of 128² for a while, looks between steps at what the process holds, and interrupts it.</summary>
/// <param name="duration">How long.</param>
/// <param name="every">Steps between validations, between checkpoints and between readings, so that the same work lies between any two readings.</param>
internal sealed class EnduranceRun(TimeSpan duration, int every)
{
    private readonly List<ProcessReading> _readings = [];

    /// <summary>Trains.</summary>
    public void Watch()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["train.yaml"], $$"""
            model: { size: tiny }
            data:
              train: { files: [flow.nc], variable: w, patch: 64, periodic: [y, x], cache: memory }
              valid: { files: [flow.nc], patches: 8, sample_steps: 2 }
            optimizer: { kind: adamw, learning_rate: 1e-4 }
            steps: 1000000
            batch: 2
            threads: 1
            validate_every: {{every}}
            log_every: 5
            checkpoint_every: { steps: {{every}} }
            keep: 2
            """);
        var simulated = Tool.Run("simulate", "turbulence", "--size", "128", "--times", "0.1:0.4:0.1", "--reynolds", "60", "--out", folder["flow.nc"]);
        Assert.True(simulated.Status == ExitStatus.Success, simulated.Error);

        var config = (TrainConfig)YamlConfig.Load<TrainConfig>(folder["train.yaml"]).Resolve();
        using var training = new ModelTraining(config, folder.Path);
        using var run = RunFolder.Open(folder["run"]);
        RunConfig.Begin(run, config, resume: false);
        training.OpenData(NoProgress.Instance);
        using var stop = new CancellationTokenSource(duration);
        Assert.Throws<OperationCanceledException>(() => training.Run(run, TimeProvider.System, new BetweenSteps(Read), stop.Token));
        SoakReport.Add(string.Create(CultureInfo.InvariantCulture,
            $"training for {duration.TotalMinutes:0} minutes, {_readings[^1].Samples:0} samples: {Describe(r => r.Resident, "MiB")}, {Describe(r => r.Tensors, "tensors")}, "
            + $"{Describe(r => r.Descriptors, "descriptors")}, {Describe(r => r.Threads, "threads")}, processor seconds for a sample: "
            + $"undisturbed {Cost(1):0.0000} -> {Cost(3):0.0000}, mean {MeanCost(1):0.0000} -> {MeanCost(3):0.0000}"));
    }

    /// <summary>The median in a quarter (0 to 3) of the run; the first one is for caches to fill.</summary>
    public double Median(int quarter, Func<ProcessReading, double> of)
    {
        var values = Quarter(quarter).Select(of).Order().ToList();
        return values[values.Count / 2];
    }

    /// <summary>
    /// Processor seconds for a sample in a quarter of the run, validation and checkpoint included: the first decile over the times between
    /// readings, as other work on the machine takes caches and memory's bandwidth away and makes single ones dearer.
    /// </summary>
    public double Cost(int quarter)
    {
        var part = Quarter(quarter);
        var costs = part.Zip(part.Skip(1), MeanCost).Order().ToList();
        return costs[costs.Count / 10];
    }

    /// <summary>The mean in a quarter of the run.</summary>
    private double MeanCost(int quarter) => MeanCost(Quarter(quarter)[0], Quarter(quarter)[^1]);

    private static double MeanCost(ProcessReading from, ProcessReading to) => (to.ProcessorSeconds - from.ProcessorSeconds) / (to.Samples - from.Samples);

    private string Describe(Func<ProcessReading, double> of, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{Median(1, of):0} -> {Median(3, of):0} {unit}");

    private List<ProcessReading> Quarter(int quarter)
    {
        var part = _readings[(_readings.Count * quarter / 4)..(_readings.Count * (quarter + 1) / 4)];
        Assert.True(part.Count > 1, $"only {_readings.Count} readings");
        return part;
    }

    // After the step that follows a validation and a checkpoint.
    private void Read(double samples)
    {
        if (samples / 2 % every == 1)
        {
            _readings.Add(ProcessReading.After(samples));
        }
    }

    private sealed class BetweenSteps(Action<double> action) : IProgress
    {
        public void Report(double done, double total, string? note = null) => action(done);
    }
}
