using System.CommandLine;
using Flex.Diffusion;
using Flex.Fields.Configuration;
using Flex.Torch.State;
using Flex.Training;
using Flex.Training.Calibration;

namespace Flex.Cli.Commands;

/// <summary><c>flex calibrate</c>: makes the ensembles of a trained model as uncertain as they are wrong.</summary>
public static class CalibrateCommand
{
    private const string ConfigKey = "train_config";

    /// <summary>Creates the command.</summary>
    /// <param name="services">The outside world.</param>
    /// <returns>The command.</returns>
    public static Command Create(CliServices services)
    {
        var model = new Argument<string>("model") { Description = "A model that 'flex train' made" };
        var data = new Option<string[]>("--data")
        {
            Description = "Files to calibrate on, such as those it was trained on, or patterns: 'train/*.nc'",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        var valid = new Option<string[]>("--valid") { Description = "Other files, to judge the result by", AllowMultipleArgumentsPerToken = true };
        var output = new Option<string>("--out") { Description = "The run folder: checkpoints, history, model.safetensors", HelpName = "RUN", Required = true };
        var resume = new Option<bool>("--resume") { Description = "Go on from the newest checkpoint of the run folder" };
        var settings = new Option<string[]>("--set") { Description = "Replace a setting, as in --set calibrate.steps=500; may be repeated", HelpName = "KEY=VALUE" };
        var command = new Command("calibrate", "Tune a model so that its ensembles are as uncertain as they are wrong") { model, data, valid, output, resume, settings };
        command.OnRun((parsed, cancellation) =>
        {
            var path = parsed.GetRequiredValue(model);
            var config = Config(path, parsed.GetRequiredValue(data), parsed.GetValue(valid) ?? [], parsed.GetValue(settings));
            var folder = parsed.GetRequiredValue(output);
            return SharedWork.Run(services, config.Device, (ranks, own) =>
            {
                ranks.RequireSame("configuration", RunConfig.Essence(config));
                TrainCommand.WarnOfPrecision(own, config);
                ranks.AtFirst(() => RequireNew(folder, parsed.GetValue(resume)));
                using var training = new ModelTraining(config, ".", ranks);
                using (var reading = own.StartProgress("measuring data", "snapshots"))
                {
                    training.OpenData(reading, ModelFile.ReadTasks(path));
                }

                TrainCommand.Calibrate(own, ranks, training, path, folder, cancellation);
                return ExitStatus.Success;
            });
        });
        return command;
    }

    private static void RequireNew(string folder, bool resume)
    {
        if (!resume && Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*.yaml").Any())
        {
            throw new InputException($"the folder {folder} holds a run already; continue it with --resume, or choose another --out");
        }
    }

    // The model knows how it was trained.
    private static TrainConfig Config(string path, string[] data, string[] valid, string[]? settings)
    {
        var metadata = SafeTensors.ReadHeader(path).Metadata;
        if (!metadata.TryGetValue(ConfigKey, out var text))
        {
            throw new InputException($"{path} does not say how it was trained (no '{ConfigKey}' in its metadata): calibrate a model that 'flex train' made");
        }

        var config = YamlConfig.Parse<TrainConfig>(text, $"the configuration in {path}", settings);
        return (TrainConfig)(config with
        {
            Calibrate = config.Calibrate ?? new CalibrateConfig(),
            Data = config.Data with
            {
                Train = config.Data.Train with { Files = data },
                Valid = valid.Length == 0 ? null : (config.Data.Valid ?? new ValidationConfig { Files = valid }) with { Files = valid },
            },
        }).Resolve();
    }
}
