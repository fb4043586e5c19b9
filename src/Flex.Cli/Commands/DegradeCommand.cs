using System.CommandLine;
using Flex.Cli.SuperResolution;
using Flex.Fields.NetCdf;

namespace Flex.Cli.Commands;

/// <summary><c>flex degrade</c>: makes a file of coarse fields, as super-resolution takes them, of fine ones.</summary>
public static class DegradeCommand
{
    /// <summary>Creates the command.</summary>
    /// <param name="services">The outside world.</param>
    /// <returns>The command.</returns>
    public static Command Create(CliServices services)
    {
        var fields = new FieldOptions();
        var input = new Option<string>("--in") { Description = "File of fine fields (netCDF or HDF5)", Required = true };
        var output = new Option<string>("--out") { Description = "netCDF file to write", Required = true };
        var factor = new Option<int>("--factor") { Description = "Every how many points one is kept, along both axes", DefaultValueFactory = _ => 4 };
        var command = new Command("degrade", "Keep every s-th point of the fields of a file") { input, output, factor };
        fields.AddTo(command, "w");
        command.OnRun((parsed, cancellation) =>
        {
            var stride = parsed.GetValue(factor);
            if (stride < 1)
            {
                throw new InputException($"--factor {stride} is impossible: use 1 or more");
            }

            var path = parsed.GetValue(output)!;
            using var series = FieldSeries.Open(
                parsed.GetValue(input)!, parsed.GetValue(fields.Variable) ?? "w", fields.Read(parsed), warning => services.Error.WriteLine($"flex: {warning}"));
            var spec = new DegradationJob(services, parsed).Run(series, stride, path, cancellation);
            services.Out.WriteLine($"{path}: {spec.Fields[0].Name}, {series.Count} time(s), {spec.Grid.Height}×{spec.Grid.Width}");
            return ExitStatus.Success;
        });
        return command;
    }
}
