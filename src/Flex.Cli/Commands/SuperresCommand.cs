using System.CommandLine;
using Flex.Cli.SuperResolution;
using Flex.Fields.NetCdf;

namespace Flex.Cli.Commands;

/// <summary><c>flex superres</c>: refines the fields of a file with a trained model.</summary>
public static class SuperresCommand
{
    /// <summary>Creates the command.</summary>
    /// <param name="services">The outside world.</param>
    /// <returns>The command.</returns>
    public static Command Create(CliServices services)
    {
        var sampling = new SamplingOptions();
        var fields = new FieldOptions();
        var input = new Option<string>("--in") { Description = "File of coarse fields (netCDF or HDF5)", Required = true };
        var output = new Option<string>("--out") { Description = "netCDF file to write", Required = true };
        var stat = new Option<string?>("--stat")
        {
            Description = "What to write, any of members,mean,std: NAME(member,…), NAME_mean, NAME_std (default: members)",
        };
        var parameter = new Option<string?>("--parameter") { Description = "Physical parameters, such as the Reynolds number (default: from the file, as in training)" };
        var command = new Command("superres", "Super-resolve the fields of a file") { input, output, stat, parameter };
        sampling.AddTo(command);
        fields.AddTo(command, "the one that the model was trained on");
        command.OnDraw(services, sampling.DeviceName, (parsed, ranks, own, cancellation) =>
        {
            var settings = sampling.Read(parsed);
            var statistics = EnsembleOutput.Parse(parsed.GetValue(stat), settings.Members);
            var (model, device) = sampling.Load(parsed, ranks);
            using var owned = model;
            using var coarse = SeriesGroup.Open(
                parsed.GetValue(input)!,
                parsed.GetValue(fields.Variable) ?? model.Task.Variable,
                fields.Read(parsed, model.Task.Registration),
                warning => own.Error.WriteLine($"flex: {warning}"));
            var path = parsed.GetValue(output)!;
            var spec = new SuperResolutionJob(own, parsed, parsed.GetValue(sampling.Model)!, model, device, settings, ranks)
                .Run(coarse, FieldOptions.Numbers(parsed.GetValue(parameter), parameter.Name), statistics, path, cancellation);
            var members = spec.Members > 0 ? $"{spec.Members} member(s), " : "";
            own.Out.WriteLine($"{path}: {string.Join(", ", spec.Fields.Select(f => f.Name))}, {members}{coarse.First.Count} time(s), {spec.Grid.Height}×{spec.Grid.Width}");
            return ExitStatus.Success;
        });
        return command;
    }
}
