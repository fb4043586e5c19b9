using System.CommandLine;
using Flex.Fields.Configuration;
using Flex.Torch;
using Flex.Torch.Distributed;
using Flex.Training;

namespace Flex.Cli.Commands;

/// <summary><c>flex train</c>: trains a model as a configuration says.</summary>
public static class TrainCommand
{
    /// <summary>Creates the command.</summary>
    /// <param name="services">The outside world.</param>
    /// <returns>The command.</returns>
    public static Command Create(CliServices services)
    {
        var config = new Argument<string>("config") { Description = "The configuration, a YAML file" };
        var output = new Option<string>("--out") { Description = "The run folder: checkpoints, history, model.safetensors", HelpName = "RUN" };
        var resume = new Option<bool>("--resume") { Description = "Go on from the newest checkpoint of the run folder" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Print the resolved configuration and stop" };
        var settings = new Option<string[]>("--set") { Description = "Replace a setting, as in --set optimizer.learning_rate=1e-4; may be repeated", HelpName = "KEY=VALUE" };
        var command = new Command("train", "Train a model for super-resolution, forecasting or both") { config, output, resume, dryRun, settings };
        command.OnRun((parsed, cancellation) =>
        {
            var path = parsed.GetRequiredValue(config);
            var resolved = (TrainConfig)YamlConfig.Load<TrainConfig>(path, parsed.GetValue(settings)).Resolve();
            var home = Path.GetDirectoryName(Path.GetFullPath(path))!;
            if (parsed.GetValue(dryRun))
            {
                using var checking = new ModelTraining(resolved, home);
                checking.Check();
                services.Out.Write(ConfigPrinter.ToYaml(resolved));
                return ExitStatus.Success;
            }

            var folder = parsed.GetValue(output)
                ?? throw new InputException("flex train needs a run folder; add --out RUN, or --dry-run to see the configuration only");
            return SharedWork.Run(services, resolved.Device, (ranks, own) =>
            {
                using var training = new ModelTraining(resolved, home, ranks);
                training.Check();
                Train(own, ranks, training, resolved, folder, parsed.GetValue(resume), cancellation);
                return ExitStatus.Success;
            });
        });
        return command;
    }

    private static void Train(
        CliServices services, ProcessGroup ranks, ModelTraining training, TrainConfig config, string folder, bool resume, CancellationToken cancellation)
    {
        ranks.RequireSame("configuration", RunConfig.Essence(config));
        using var run = ranks.IsFirst ? RunFolder.Open(folder) : RunFolder.Join(folder);
        ranks.AtFirst(() => RunConfig.Begin(run, config, resume));
        WarnOfPrecision(services, config);
        using (var reading = services.StartProgress("measuring data", "snapshots"))
        {
            training.OpenData(reading);
        }

        using (var progress = services.StartProgress("training", "samples"))
        {
            training.Run(run, services.Time, progress, cancellation);
        }

        if (config.Calibrate is null)
        {
            services.Out.WriteLine(run.FinalModel);
            return;
        }

        Calibrate(services, ranks, training, run.FinalModel, run.File("calibration"), cancellation);
    }

    /// <summary>Says so where a processor computes in another precision than it was told to.</summary>
    /// <param name="services">The outside world.</param>
    /// <param name="config">The training.</param>
    internal static void WarnOfPrecision(CliServices services, TrainConfig config)
    {
        if (config.PrecisionWhere(Processor.HasBf16) != config.Precision)
        {
            services.Error.WriteLine("flex: this processor has no avx512_bf16, without which bf16 is slow: computing in float32");
        }
    }

    /// <summary>Calibrates a model.</summary>
    /// <param name="services">The outside world.</param>
    /// <param name="ranks">The processes that work together.</param>
    /// <param name="training">The training, with its data open.</param>
    /// <param name="model">The model.</param>
    /// <param name="folder">The run folder.</param>
    /// <param name="cancellation">Stops after a checkpoint.</param>
    internal static void Calibrate(
        CliServices services, ProcessGroup ranks, ModelTraining training, string model, string folder, CancellationToken cancellation)
    {
        using var run = ranks.IsFirst ? RunFolder.Open(folder) : RunFolder.Join(folder);
        using (var progress = services.StartProgress("calibration", "samples"))
        {
            training.Calibrate(model, run, services.Time, progress, cancellation);
        }

        using (var progress = services.StartProgress("measuring spread", "fields"))
        {
            training.FitSpread(run.FinalModel, progress, cancellation);
        }

        services.Out.WriteLine(run.FinalModel);
    }
}
