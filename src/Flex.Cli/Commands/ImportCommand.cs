using System.CommandLine;
using Flex.Cli.SuperResolution;
using Flex.Diffusion;
using Flex.Diffusion.Import;
using Flex.Fields.Grids;
using Flex.Fields.Resampling;

namespace Flex.Cli.Commands;

/// <summary><c>flex import</c>: turns a checkpoint of the released training code into a model file.</summary>
public static class ImportCommand
{
    private enum Weights
    {
        Ema,
        Raw,
    }

    /// <summary>Creates the command.</summary>
    /// <param name="services">The outside world.</param>
    /// <returns>The command.</returns>
    public static Command Create(CliServices services)
    {
        var released = new CheckpointImport();
        var path = new Argument<string>("CHECKPOINT") { Description = "Checkpoint (.pt) that the released training code wrote" };
        var output = new Option<string>("--out") { Description = "Model (.safetensors) to write", Required = true };
        var weights = new Option<Weights>("--weights") { Description = "ema (the moving average) or raw", DefaultValueFactory = _ => Weights.Ema };
        var heads = new Option<int?>("--heads") { Description = "Attention heads, which weights do not show (default: of the released size of that width)" };
        var prediction = new Option<Prediction>("--prediction") { Description = "What the network was trained to say: v, eps or x", DefaultValueFactory = _ => released.Prediction };
        var shift = new Option<double>("--logsnr-shift") { Description = "Shift of the noise schedule", DefaultValueFactory = _ => released.LogsnrShift };
        var variable = new Option<string>("--var") { Description = "Variable that the model works on, or several with commas", DefaultValueFactory = _ => released.Variable };
        var step = new Option<double?>("--time-step") { Description = "Time that one forecast leads ahead (default: that between the snapshots of a file)" };
        var factor = new Option<int>("--factor") { Description = "Refinement of each axis", DefaultValueFactory = _ => released.Factor };
        var interpolation = new Option<Interpolation>("--interpolation") { Description = "bicubic (turbulence) or bilinear (ERA5)", DefaultValueFactory = _ => released.Interpolation };
        var registration = new Option<Registration>("--registration") { Description = "cell (the released code's shift) or node", DefaultValueFactory = _ => released.Registration };
        var mean = new Option<double>("--mean") { Description = "Mean of the training data", DefaultValueFactory = _ => released.Mean };
        var std = new Option<double>("--std") { Description = "Standard deviation of the training data", DefaultValueFactory = _ => released.Std };
        var parameter = new Option<string>("--parameter") { Description = "File attributes with the physical parameters", DefaultValueFactory = _ => string.Join(',', released.Parameter) };
        var scale = new Option<double>("--parameter-scale") { Description = "What the parameters were divided by", DefaultValueFactory = _ => released.ParameterScale };
        var command = new Command("import", "Turn a PyTorch checkpoint of FLEX into a model file, without executing anything in it")
        {
            path, output, weights, heads, prediction, shift, variable, step, factor, interpolation, registration, mean, std, parameter, scale,
        };
        command.OnRun((parsed, _) =>
        {
            var source = parsed.GetValue(path)!;
            var settings = new CheckpointImport
            {
                Averaged = parsed.GetValue(weights) == Weights.Ema,
                Heads = parsed.GetValue(heads),
                Prediction = parsed.GetValue(prediction),
                LogsnrShift = parsed.GetValue(shift),
                Variable = parsed.GetValue(variable)!,
                TimeStep = parsed.GetValue(step),
                Factor = parsed.GetValue(factor),
                Interpolation = parsed.GetValue(interpolation),
                Registration = parsed.GetValue(registration),
                Mean = parsed.GetValue(mean),
                Std = parsed.GetValue(std),
                Parameter = parsed.GetValue(parameter)!.Split(','),
                ParameterScale = parsed.GetValue(scale),
            };
            using var model = settings.Read(source);
            var target = parsed.GetValue(output)!;
            ModelFile.Save(target, model, new Dictionary<string, string>
            {
                ["imported_from"] = Path.GetFileName(source),
                ["imported_sha256"] = Provenance.Hash(source),
                ["imported_weights"] = settings.Averaged ? "ema" : "raw",
            });
            services.Out.WriteLine(
                $"{target}: FLEX with channels {string.Join(",", model.Config.ModelChannels!)}, depth {model.Config.Depth}, heads {model.Config.Heads}, "
                + $"tiles of {model.Tasks.Patch}², for {string.Join(" and ", Uses(model.Tasks))}");
            return ExitStatus.Success;
        });
        return command;
    }

    private static IEnumerable<string> Uses(ModelTasks tasks)
    {
        if (tasks.SuperResolution is { Task: var fine })
        {
            yield return $"super-resolution ×{fine.Factor}";
        }

        if (tasks.Forecast is { Task: var next })
        {
            yield return $"forecasts from {next.History} snapshots";
        }
    }
}
