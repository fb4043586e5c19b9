using System.CommandLine;
using Flex.Cli.SuperResolution;
using Flex.Fields.Grids;
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
        fields.AddTo(command);
        command.OnRun((parsed, cancellation) =>
        {
            var stride = parsed.GetValue(factor);
            if (stride < 1)
            {
                throw new InputException($"--factor {stride} is impossible: use 1 or more");
            }

            var variable = parsed.GetValue(fields.Variable) ?? throw new InputException("name the variable with --var; flex info FILE lists them");
            using var series = FieldSeries.Open(
                parsed.GetValue(input)!, variable, fields.Read(parsed), warning => services.Error.WriteLine($"flex: {warning}"));
            var path = parsed.GetValue(output)!;
            var spec = new OutputSpec
            {
                Grid = series.Grid.Stride(stride),
                Times = series.Times,
                TimeUnits = series.TimeUnits,
                Fields = [Provenance.Like(series.Field.Variable)],
                Numbers = Provenance.Numbers(series.File),
                Attributes = Provenance.Of(series.File, $"Every {stride}th point of {Path.GetFileName(series.File.Path)}", parsed, services.Time),
            };
            using var writer = FieldWriter.Create(path, spec);
            Copy(series, writer, stride, services, cancellation);
            writer.Commit();
            services.Out.WriteLine($"{path}: {spec.Fields[0].Name}, {series.Count} time(s), {spec.Grid.Height}×{spec.Grid.Width}");
            return ExitStatus.Success;
        });
        return command;
    }

    private static void Copy(FieldSeries series, FieldWriter writer, int stride, CliServices services, CancellationToken cancellation)
    {
        var (height, width) = (writer.Spec.Grid.Height, writer.Spec.Grid.Width);
        var fine = new float[series.Grid.Width];
        var coarse = new float[width];
        using var progress = services.StartProgress("degrading", "times");
        for (var i = 0; i < series.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var rows = series.Rows(i);
            for (var y = 0; y < height; y++)
            {
                rows.ReadRow(y * stride, 0, fine);
                for (var x = 0; x < width; x++)
                {
                    coarse[x] = fine[x * stride];
                }

                writer.Write(writer.Spec.Fields[0].Name, 0, i, new Window(y, 0, 1, width), coarse);
            }

            progress.Report(i + 1, series.Count);
        }
    }
}
