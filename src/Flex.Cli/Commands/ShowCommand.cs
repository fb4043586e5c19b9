using System.CommandLine;
using Flex.Cli.Show;
using Flex.Evaluation.Figures;
using Flex.Evaluation.Spectra;

namespace Flex.Cli.Commands;

/// <summary><c>flex show</c>: a picture of the fields of a file, of their spectra, or of a training run.</summary>
public static class ShowCommand
{
    private const int PreviewColumns = 48;

    /// <summary>Creates the command.</summary>
    /// <param name="services">The outside world.</param>
    /// <returns>The command.</returns>
    public static Command Create(CliServices services)
    {
        var file = new Argument<string>("FILE") { Description = "A netCDF or HDF5 file, or the folder of a training run" };
        var variable = new Option<string?>("--var") { Description = "The variable; not needed where there is one, or w" };
        var time = new Option<string?>("--time") { Description = "Index of a time, or last (default: all, at most 8)" };
        var member = new Option<int?>("--member") { Description = "Index of an ensemble member, or of a channel" };
        var spectrum = new Option<bool>("--spectrum") { Description = "Draw spectra in place of fields" };
        var map = new Option<string?>("--cmap") { Description = $"Colours: {string.Join(", ", ColourMap.All.Select(m => m.Name))}" };
        var output = new Option<string?>("--out") { Description = "The picture, .png or .svg (default: beside FILE)" };
        var command = new Command("show", "Draw the fields of a file, their spectra, or the curves of a training run")
        {
            file, variable, time, member, spectrum, map, output,
        };
        command.OnRun((parsed, _) =>
        {
            var path = parsed.GetRequiredValue(file);
            if (Directory.Exists(path))
            {
                return Finish(services, DrawTraining(path, parsed.GetValue(output)));
            }

            var colours = parsed.GetValue(map) is { } name ? ColourMap.Named(name) : null;
            var fields = ShownFields.Read(path, parsed.GetValue(variable), parsed.GetValue(time), parsed.GetValue(member));
            return Finish(services, parsed.GetValue(spectrum)
                ? DrawSpectra(fields, parsed.GetValue(output) ?? Beside(path, $"{fields.Variable}-spectrum"))
                : DrawFields(services, fields, colours, parsed.GetValue(output) ?? Beside(path, fields.Variable)));
        });
        return command;
    }

    private static string DrawTraining(string folder, string? output)
    {
        var picture = output ?? Path.Combine(folder, "training.png");
        var name = Path.GetFileName(Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar));
        TrainingCurves.Read(Path.Combine(folder, TrainingCurves.FileName)).Draw(name).Save(picture, new Gnuplot());
        return picture;
    }

    private static string DrawFields(CliServices services, ShownFields fields, ColourMap? map, string picture)
    {
        var scale = ColourScale.Covering(fields.Panels.Select(panel => panel.Values), map);
        var columns = fields.Panels.Count > 5 ? (fields.Panels.Count + 1) / 2 : fields.Panels.Count;
        new FieldFigure(fields.Panels, scale, fields.Label, columns).Save(picture, new Gnuplot());
        if (fields.Missing > 0)
        {
            services.Error.WriteLine($"flex: {fields.Missing} missing values are drawn grey");
        }

        if (services.IsTerminal && services.Width >= PreviewColumns)
        {
            services.Error.Write(BlockPreview.Draw(fields.Panels[^1], scale, PreviewColumns));
        }

        return picture;
    }

    private static string DrawSpectra(ShownFields fields, string picture)
    {
        var gridSize = Math.Min(fields.Panels[0].Height, fields.Panels[0].Width);
        CurvePlot Plot(string title, string label, Func<FieldPanel, Spectrum> spectrum) => SpectrumFigure.Plot(
            title, label, gridSize,
            [.. fields.Panels.Select((panel, i) => new NamedSpectrum(panel.Title, spectrum(panel), Shade(i, fields.Panels.Count)))]);
        var variance = Plot(
            fields.IsVorticity ? "enstrophy spectrum" : $"spectrum of ½⟨{fields.Variable}²⟩", fields.IsVorticity ? "Z(k)" : "",
            panel => IsotropicSpectrum.Enstrophy(panel.Values, panel.Height, panel.Width));
        var plots = fields.IsVorticity
            ? [Plot("energy spectrum", "E(k)", panel => IsotropicSpectrum.Energy(panel.Values, panel.Height, panel.Width)), variance]
            : new[] { variance };
        new CurveFigure(plots).Save(picture, new Gnuplot());
        return picture;
    }

    /// <summary>Dark to bright along the panels; the palest end of the map would vanish on white paper.</summary>
    private static Rgb Shade(int index, int count) => ColourMap.Lagoon.At(0.1 + (0.65 * index / Math.Max(1, count - 1))).ToRgb();

    private static string Beside(string path, string what) =>
        Path.Combine(
            Path.GetDirectoryName(path) ?? "",
            $"{Path.GetFileNameWithoutExtension(path)}-{what.Replace(Path.DirectorySeparatorChar, '-')}.png");

    private static int Finish(CliServices services, string picture)
    {
        services.Out.WriteLine(picture);
        return ExitStatus.Success;
    }
}
