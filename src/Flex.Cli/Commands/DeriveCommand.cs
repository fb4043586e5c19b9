using System.CommandLine;
using System.Globalization;
using Flex.Cli.SuperResolution;
using Flex.Fields.DataSets;
using Flex.Fields.Derivation;
using Flex.Fields.NetCdf;

namespace Flex.Cli.Commands;

/// <summary><c>flex derive</c>: makes training data of a file: some variables and times of it, and functions of them.</summary>
public static class DeriveCommand
{
    /// <summary>Creates the command.</summary>
    /// <param name="services">The outside world.</param>
    /// <returns>The command.</returns>
    public static Command Create(CliServices services)
    {
        var fields = new FieldOptions();
        var input = new Option<string>("--in") { Description = "File of fields (netCDF or HDF5)", Required = true };
        var output = new Option<string>("--out") { Description = "netCDF file to write", Required = true };
        var energy = new Option<string?>("--kinetic-energy") { Description = $"Make {FieldDerivation.KineticEnergyName} = ½(u² + v²) of two variables", HelpName = "U,V" };
        var keep = new Option<string?>("--keep") { Description = "Take these variables over", HelpName = "A,B,…" };
        var range = new Option<string?>("--range") { Description = "Indices of the first and last time; negative ones count from the end (default: all)", HelpName = "FIRST:LAST" };
        var fill = new Option<bool>("--fill") { Description = "Replace missing values by the mean of their neighbours, layer by layer (default: they stay missing)" };
        var command = new Command("derive", "Make a CF file of some variables and times of a file, or of their kinetic energy")
        {
            input, output, energy, keep, range, fill, fields.Channel, fields.Periodic,
        };
        command.OnRun((parsed, cancellation) =>
        {
            var settings = new DerivationSettings
            {
                KineticEnergy = Pair(parsed.GetValue(energy)),
                Keep = parsed.GetValue(keep)?.Split(',') ?? [],
                Times = Range(parsed.GetValue(range)),
                Selection = fields.Read(parsed),
                Fill = parsed.GetValue(fill),
            };
            var path = parsed.GetValue(output)!;
            using var derivation = new FieldDerivation(parsed.GetValue(input)!, settings, warning => services.Error.WriteLine($"flex: {warning}"));
            Run(services, parsed, derivation, settings, path, cancellation);
            return ExitStatus.Success;
        });
        return command;
    }

    private static void Run(
        CliServices services, ParseResult parsed, FieldDerivation derivation, DerivationSettings settings, string path, CancellationToken cancellation)
    {
        var source = derivation.Source.File;
        var attributes = Provenance.Of(source, $"Derived from {Path.GetFileName(source.Path)}", parsed, services.Time);
        OutputSpec spec;
        IReadOnlyList<MissingCount> missing;
        using (var progress = services.StartProgress("deriving", "times"))
        {
            (spec, missing) = derivation.Write(path, attributes, Provenance.Numbers(source), progress, cancellation);
        }

        foreach (var count in missing)
        {
            var fate = settings.Fill ? "were filled from their neighbours" : "stay missing (--fill replaces them)";
            services.Error.WriteLine($"flex: {count.Values} missing values of {count.Variable} in {count.Times} time(s) {fate}");
        }

        services.Out.WriteLine($"{path}: {string.Join(", ", spec.Fields.Select(f => f.Name))}, {spec.Times.Count} time(s), {spec.Grid.Height}×{spec.Grid.Width}");
    }

    private static (string, string)? Pair(string? text) => text?.Split(',') switch
    {
        null => null,
        [var u, var v] => (u, v),
        _ => throw new InputException($"--kinetic-energy {text}: it is made of two variables, write U,V"),
    };

    private static TimeSelection Range(string? text)
    {
        if (text is null)
        {
            return new TimeSelection();
        }

        var ends = text.Split(':');
        return ends.Length == 2 && Index(ends[0], out var first) && Index(ends[1], out var last)
            ? new TimeSelection(first, last)
            : throw new InputException($"--range {text}: write FIRST:LAST, such as 0:83 or -24:-1");
    }

    private static bool Index(string text, out int index) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out index);
}
