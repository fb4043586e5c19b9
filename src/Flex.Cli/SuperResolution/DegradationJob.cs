using System.CommandLine;
using Flex.Fields.Grids;
using Flex.Fields.NetCdf;

namespace Flex.Cli.SuperResolution;

/// <summary>Keeps every s-th point of the fields of a file, row by row.</summary>
/// <param name="services">The outside world.</param>
/// <param name="parsed">The command line, for the history.</param>
internal sealed class DegradationJob(CliServices services, ParseResult parsed)
{
    /// <summary>Does the work; the file appears complete or not at all.</summary>
    /// <param name="fine">The fine fields.</param>
    /// <param name="stride">s ≥ 1.</param>
    /// <param name="path">The file to write.</param>
    /// <param name="cancellation">Stops between times.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="InputException">A periodic axis is no multiple of s, or the file cannot be written.</exception>
    public OutputSpec Run(FieldSeries fine, int stride, string path, CancellationToken cancellation)
    {
        var spec = new OutputSpec
        {
            Grid = fine.Grid.Stride(stride),
            Times = fine.Times,
            TimeUnits = fine.TimeUnits,
            Fields = [OutputField.Like(fine.Field.Variable)],
            Numbers = Provenance.Numbers(fine.File),
            Attributes = Provenance.Of(
                fine.File, $"One point in {stride} along each axis of {Path.GetFileName(fine.File.Path)}", parsed, services.Time),
        };
        using var writer = FieldWriter.Create(path, spec);
        Copy(fine, writer, stride, cancellation);
        writer.Commit();
        return spec;
    }

    private void Copy(FieldSeries fine, FieldWriter writer, int stride, CancellationToken cancellation)
    {
        var (height, width) = (writer.Spec.Grid.Height, writer.Spec.Grid.Width);
        var row = new float[fine.Grid.Width];
        var kept = new float[width];
        using var progress = services.StartProgress("degrading", "times");
        for (var i = 0; i < fine.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var rows = fine.Rows(i);
            for (var y = 0; y < height; y++)
            {
                rows.ReadRow(y * stride, 0, row);
                for (var x = 0; x < width; x++)
                {
                    kept[x] = row[x * stride];
                }

                writer.Write(writer.Spec.Fields[0].Name, 0, i, new Window(y, 0, 1, width), kept);
            }

            progress.Report(i + 1, fine.Count);
        }
    }
}
