using System.CommandLine;
using System.Globalization;
using Flex.Cli.SuperResolution;
using Flex.Diffusion.Tiling;
using Flex.Fields.DataSets;
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
            Description = "What to write, any of members,mean,std: NAME(member,…), NAME_mean, NAME_std (default: members). Only what is written takes space",
        };
        var parameter = new Option<string?>("--parameter") { Description = "Physical parameters, such as the Reynolds number (default: from the file, as in training)" };
        var command = new Command("superres", "Super-resolve the fields of a file") { input, output, stat, parameter };
        sampling.AddTo(command);
        fields.AddTo(command);
        command.OnRun((parsed, cancellation) =>
        {
            var settings = sampling.Read(parsed);
            var statistics = EnsembleOutput.Parse(parsed.GetValue(stat), settings.Members);
            var (model, device) = sampling.Load(parsed);
            using var owned = model;
            using var series = FieldSeries.Open(
                parsed.GetValue(input)!,
                parsed.GetValue(fields.Variable) ?? model.Task.Variable,
                fields.Read(parsed, model.Task.Registration),
                warning => services.Error.WriteLine($"flex: {warning}"));
            var parameters = FieldOptions.Numbers(parsed.GetValue(parameter), parameter.Name)
                ?? [.. model.Task.Parameter.Select(source => ParameterSource.Read(source, series.File))];
            var ensemble = new EnsembleOutput(Provenance.Like(series.Field.Variable), statistics);
            var spec = new OutputSpec
            {
                Grid = series.Grid.Refine(model.Task.Factor),
                Times = series.Times,
                TimeUnits = series.TimeUnits,
                Fields = ensemble.Fields,
                Members = ensemble.HasMembers ? settings.Members : 0,
                Numbers = Provenance.Numbers(series.File),
                Attributes = Provenance.Of(
                    series.File, $"Super-resolution ×{model.Task.Factor} by FLEX", parsed, services.Time, Details(parsed.GetValue(sampling.Model)!, settings, parameters)),
            };
            Run(services, new TiledSampler(model, settings, device), series, parameters, ensemble, parsed.GetValue(output)!, spec, cancellation);
            return ExitStatus.Success;
        });
        return command;
    }

    private static void Run(
        CliServices services,
        TiledSampler sampler,
        FieldSeries series,
        IReadOnlyList<double> parameters,
        EnsembleOutput ensemble,
        string path,
        OutputSpec spec,
        CancellationToken cancellation)
    {
        using var writer = FieldWriter.Create(path, spec);
        using (var progress = services.StartProgress("super-resolution", "rows"))
        {
            for (var i = 0; i < series.Count; i++)
            {
                foreach (var band in sampler.Sample(Coarse(series, i), parameters, (uint)series.Indices[i], cancellation))
                {
                    ensemble.Write(writer, i, band);
                    progress.Report(((double)i * spec.Grid.Height) + band.Y + band.Rows, (double)series.Count * spec.Grid.Height);
                }
            }
        }

        writer.Commit();
        services.Out.WriteLine(
            $"{path}: {string.Join(", ", spec.Fields.Select(f => f.Name))}, {(spec.Members > 0 ? $"{spec.Members} member(s), " : "")}{series.Count} time(s), {spec.Grid.Height}×{spec.Grid.Width}");
    }

    private static CoarseField Coarse(FieldSeries series, int i) =>
        new(series.Read(i), series.Grid.Height, series.Grid.Width, series.Grid.Y.Periodic, series.Grid.X.Periodic);

    private static (string Name, string Value)[] Details(string model, SamplingSettings settings, IReadOnlyList<double> parameters) =>
    [
        ("source", "FLEX super-resolution"),
        ("flex_model", Path.GetFileName(model)),
        ("flex_model_sha256", Provenance.Hash(model)),
        ("flex_steps", settings.Sampler.Steps.ToString(CultureInfo.InvariantCulture)),
        ("flex_eta", settings.Sampler.Eta.ToString(CultureInfo.InvariantCulture)),
        ("flex_members", settings.Members.ToString(CultureInfo.InvariantCulture)),
        ("flex_seed", settings.Seed.ToString(CultureInfo.InvariantCulture)),
        ("flex_parameters", string.Join(",", parameters.Select(p => p.ToString(CultureInfo.InvariantCulture)))),
    ];
}
