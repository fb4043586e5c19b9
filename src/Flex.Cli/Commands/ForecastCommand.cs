using System.CommandLine;
using Flex.Cli.Forecasting;
using Flex.Cli.SuperResolution;
using Flex.Fields.NetCdf;

namespace Flex.Cli.Commands;

/// <summary><c>flex forecast</c>: rolls an ensemble forward from the snapshots of a file.</summary>
public static class ForecastCommand
{
    /// <summary>Creates the command.</summary>
    /// <param name="services">The outside world.</param>
    /// <returns>The command.</returns>
    public static Command Create(CliServices services)
    {
        var sampling = new SamplingOptions();
        var fields = new FieldOptions();
        var input = new Option<string>("--in") { Description = "File of consecutive snapshots (netCDF or HDF5)", Required = true };
        var output = new Option<string>("--out") { Description = "netCDF file to write", Required = true };
        var lead = new Option<int>("--lead") { Description = "Steps to forecast, each as long as in training", DefaultValueFactory = _ => 1 };
        var at = new Option<double?>("--at") { Description = "Time of the present, the last snapshot that is used (default: the file's last)" };
        var stat = new Option<string?>("--stat")
        {
            Description = "What to write, any of members,mean,std: NAME(member,…), NAME_mean, NAME_std (default: members)",
        };
        var parameter = new Option<string?>("--parameter") { Description = "Physical parameters, such as the Reynolds number (default: from the file, as in training)" };
        var command = new Command("forecast", "Forecast the fields of a file") { input, output, lead, at, stat, parameter };
        sampling.AddTo(command);
        fields.AddTo(command, "the one that the model was trained on", times: false);
        command.OnDraw(services, sampling.DeviceName, (parsed, ranks, own, cancellation) =>
        {
            var settings = sampling.Read(parsed);
            var statistics = EnsembleOutput.Parse(parsed.GetValue(stat), settings.Members);
            var leads = parsed.GetValue(lead);
            if (leads < 1)
            {
                throw new InputException($"--lead {leads}: a forecast takes 1 step or more");
            }

            var (model, device) = sampling.LoadForecast(parsed, ranks);
            using var owned = model;
            using var series = SeriesGroup.Open(
                parsed.GetValue(input)!,
                parsed.GetValue(fields.Variable) ?? model.Task.Variable,
                fields.Read(parsed),
                warning => own.Error.WriteLine($"flex: {warning}"));
            var path = parsed.GetValue(output)!;
            var spec = new ForecastJob(own, parsed, parsed.GetValue(sampling.Model)!, model, device, settings, ranks).Run(
                series, parsed.GetValue(at), leads, FieldOptions.Numbers(parsed.GetValue(parameter), parameter.Name), statistics, path, cancellation);
            var members = spec.Members > 0 ? $"{spec.Members} member(s), " : "";
            own.Out.WriteLine($"{path}: {string.Join(", ", spec.Fields.Select(f => f.Name))}, {members}{leads} time(s), {spec.Grid.Height}×{spec.Grid.Width}");
            return ExitStatus.Success;
        });
        return command;
    }
}
