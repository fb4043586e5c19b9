using System.CommandLine;
using Flex.Cli.Forecasting;
using Flex.Cli.SuperResolution;
using Flex.Diffusion;
using Flex.Diffusion.Sampling;
using Flex.Diffusion.Tiling;
using Flex.Evaluation.Diagnosis;
using Flex.Fields.DataSets;
using Flex.Torch;

namespace Flex.Cli.Commands;

/// <summary><c>flex diagnose</c>: looks for the method's known failures in what a model does, and says what to turn.</summary>
public static class DiagnoseCommand
{
    /// <summary>Creates the command.</summary>
    /// <param name="services">The outside world.</param>
    /// <returns>The command.</returns>
    public static Command Create(CliServices services)
    {
        var model = new Argument<string>("model") { Description = "Model (.safetensors) that flex train or flex import wrote" };
        var data = new Option<string[]>("--data")
        {
            Description = "Files of fine fields that it has not seen, or patterns such as 'valid/*.nc'",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        var members = new Option<int>("--members") { Description = "Ensemble members, 2 or more", DefaultValueFactory = _ => 4 };
        var starts = new Option<string?>("--starts")
        {
            Description = "Examine forecasts, of one step from these times such as 1,1.5, or all (default for a model that only forecasts: the first with enough past)",
        };
        var sampling = new SamplingOptions();
        var json = new Option<bool>("--json") { Description = "Print JSON" };
        var fields = new FieldOptions();
        var command = new Command("diagnose", "Look for known failures of a model: collapse, blur, seams, spectral roll-off")
        {
            model, data, members, starts, sampling.Steps, sampling.Seed, sampling.Overlap, sampling.Batch, sampling.DeviceName, json,
        };
        fields.AddTo(command, "the one that the model was trained on");
        command.OnRun((parsed, cancellation) =>
        {
            var settings = new SamplingSettings
            {
                Members = parsed.GetValue(members) is >= 2 and var count
                    ? count
                    : throw new InputException($"--members {parsed.GetValue(members)}: a spread takes 2 or more"),
                Sampler = new DdimSampler(parsed.GetValue(sampling.Steps)),
                Seed = parsed.GetValue(sampling.Seed),
                Overlap = parsed.GetValue(sampling.Overlap),
                Batch = parsed.GetValue(sampling.Batch),

                // What the noise does is to be seen, not what the orientation does.
                Turned = false,
            };
            var path = parsed.GetRequiredValue(model);
            var files = FilePatterns.Find(parsed.GetRequiredValue(data), ".");
            var device = Device.Parse(parsed.GetValue(sampling.DeviceName)!);
            var isForecast = parsed.GetValue(starts) is not null || ModelFile.ReadTasks(path).SuperResolution is null;
            var symptoms = isForecast ? Forecasts() : SuperResolution();
            if (parsed.GetValue(json))
            {
                services.WriteJson(symptoms);
            }
            else
            {
                Print(services, symptoms);
            }

            return ExitStatus.Success;

            IReadOnlyList<Symptom> SuperResolution()
            {
                using var loaded = ModelFile.LoadSuperResolution(path);
                loaded.Backbone.To(device);
                return new ExaminationJob(services, loaded, device, settings).Run(
                    files, parsed.GetValue(fields.Variable) ?? loaded.Task.Variable, fields.Read(parsed), cancellation);
            }

            IReadOnlyList<Symptom> Forecasts()
            {
                if (parsed.GetValue(fields.Times) is not null)
                {
                    throw new InputException("--times chooses fields to super-resolve; --starts says where forecasts begin");
                }

                using var loaded = ModelFile.LoadForecast(path);
                loaded.Backbone.To(device);
                return new ForecastExaminationJob(services, loaded, device, settings).Run(
                    files, parsed.GetValue(fields.Variable) ?? loaded.Task.Variable, fields.Read(parsed),
                    ForecastStarts.Parse(parsed.GetValue(starts), starts.Name), cancellation);
            }
        });
        return command;
    }

    private static void Print(CliServices services, IReadOnlyList<Symptom> symptoms)
    {
        foreach (var symptom in symptoms)
        {
            services.Out.WriteLine($"{(symptom.IsFound ? "found" : "no   ")}  {symptom.Name}: {symptom.Measured}");
            if (symptom.IsFound)
            {
                services.Out.WriteLine($"       {symptom.Advice}");
            }
        }
    }
}
