using System.CommandLine;
using Flex.Diffusion;
using Flex.Diffusion.Tiling;
using Flex.Fields.DataSets;
using Flex.Fields.Grids;
using Flex.Fields.NetCdf;
using Flex.Torch;
using Flex.Torch.Distributed;

namespace Flex.Cli.SuperResolution;

/// <summary>Super-resolves the fields of a file into another file, band by band.</summary>
/// <param name="services">The outside world.</param>
/// <param name="parsed">The command line, for the history.</param>
/// <param name="modelPath">The model's file.</param>
/// <param name="model">The model.</param>
/// <param name="device">Where it is.</param>
/// <param name="settings">How answers are drawn.</param>
/// <param name="ranks">The processes that draw together, of which the first one writes; null for this one alone.</param>
internal sealed class SuperResolutionJob(
    CliServices services, ParseResult parsed, string modelPath, SuperResolutionModel model, Device device, SamplingSettings settings, ProcessGroup? ranks = null)
{
    private readonly ProcessGroup _ranks = ranks ?? ProcessGroup.Single;

    /// <summary>Does the work; the file appears complete or not at all.</summary>
    /// <param name="coarse">The coarse fields.</param>
    /// <param name="parameters">The physical parameters; null takes them from the file, as in training.</param>
    /// <param name="statistics">What is written, see <see cref="EnsembleOutput"/>.</param>
    /// <param name="path">The file to write.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="InputException">The input does not fit the model, or the file cannot be written.</exception>
    public OutputSpec Run(
        SeriesGroup coarse, IReadOnlyList<double>? parameters, IReadOnlyList<string> statistics, string path, CancellationToken cancellation)
    {
        var first = coarse.First;
        parameters ??= [.. model.Task.Parameter.Select(source => ParameterSource.Read(source, first.File))];
        var ensemble = new EnsembleOutput(Provenance.Like(coarse), statistics);
        var spec = new OutputSpec
        {
            Grid = first.Grid.Refine(model.Task.Factor),
            Times = first.Times,
            TimeUnits = first.TimeUnits,
            Fields = ensemble.Fields,
            Members = ensemble.HasMembers ? settings.Members : 0,
            Numbers = Provenance.Numbers(first.File),
            Attributes = Provenance.Of(first.File, $"Super-resolution ×{model.Task.Factor} by FLEX", parsed, services.Time, Details(parameters)),
        };
        using var writer = _ranks.IsFirst ? FieldWriter.Create(path, spec) : null;
        Sample(coarse, parameters, spec.Grid, (time, band) =>
        {
            if (writer is not null)
            {
                ensemble.Write(writer, time, band);
            }
        }, cancellation);
        writer?.Commit();
        return spec;
    }

    private void Sample(
        SeriesGroup coarse, IReadOnlyList<double> parameters, Grid fine, Action<int, Band> write, CancellationToken cancellation)
    {
        var sampler = new TiledSampler(model, settings, device, _ranks);
        var grid = coarse.First.Grid;
        using var progress = services.StartProgress("super-resolution", "rows");
        for (var i = 0; i < coarse.First.Count; i++)
        {
            CoarseField[] field = [.. coarse.Channels.Select(channel =>
                new CoarseField(channel.Read(i), grid.Height, grid.Width, grid.Y.Periodic, grid.X.Periodic))];
            foreach (var band in sampler.Sample(field, parameters, (uint)coarse.First.Indices[i], cancellation).Select(b => b.Crop(fine.Height, fine.Width)))
            {
                write(i, band);
                progress.Report(((double)i * fine.Height) + band.Y + band.Rows, (double)coarse.First.Count * fine.Height);
            }
        }
    }

    private (string Name, string Value)[] Details(IReadOnlyList<double> parameters) =>
    [
        ("source", "FLEX super-resolution"),
        .. Provenance.Sampling(modelPath, settings, parameters),
    ];
}
