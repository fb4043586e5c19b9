using System.CommandLine;
using System.Globalization;
using Flex.Cli.SuperResolution;
using Flex.Diffusion;
using Flex.Diffusion.Tiling;
using Flex.Fields.DataSets;
using Flex.Fields.NetCdf;
using Flex.Torch;
using Flex.Torch.Distributed;

namespace Flex.Cli.Forecasting;

/// <summary>Forecasts from the snapshots of a file into another file, step by step.</summary>
/// <param name="services">The outside world.</param>
/// <param name="parsed">The command line, for the history.</param>
/// <param name="modelPath">The model's file.</param>
/// <param name="model">The model.</param>
/// <param name="device">Where it is.</param>
/// <param name="settings">How answers are drawn.</param>
/// <param name="ranks">The processes that draw together, of which the first one writes; null for this one alone.</param>
internal sealed class ForecastJob(
    CliServices services, ParseResult parsed, string modelPath, ForecastModel model, Device device, SamplingSettings settings, ProcessGroup? ranks = null)
{
    private readonly ProcessGroup _ranks = ranks ?? ProcessGroup.Single;

    /// <summary>Does the work; the file appears complete or not at all.</summary>
    /// <param name="series">All times of the input.</param>
    /// <param name="at">The present; null is the last time.</param>
    /// <param name="leads">The number of steps.</param>
    /// <param name="parameters">The physical parameters; null takes them from the file, as in training.</param>
    /// <param name="statistics">What is written, see <see cref="EnsembleOutput"/>.</param>
    /// <param name="path">The file to write.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="InputException">The input does not fit the model, or the file cannot be written.</exception>
    public OutputSpec Run(
        SeriesGroup series, double? at, int leads, IReadOnlyList<double>? parameters, IReadOnlyList<string> statistics, string path, CancellationToken cancellation)
    {
        var first = series.First;
        parameters ??= [.. model.Task.Parameter.Select(source => ParameterSource.Read(source, first.File))];
        var reader = new HistoryReader(series, model.Task);
        var present = reader.Present(at);
        var history = reader.Read(present);
        var ensemble = new EnsembleOutput(Provenance.Like(series), statistics);
        var spec = new OutputSpec
        {
            Grid = first.Grid,
            Times = [.. Enumerable.Range(1, leads).Select(lead => reader.TimeOf(present, lead))],
            TimeUnits = first.TimeUnits,
            Fields = ensemble.Fields,
            Members = ensemble.HasMembers ? settings.Members : 0,
            Numbers = Provenance.Numbers(first.File),
            Attributes = Provenance.Of(first.File, "Forecast by FLEX", parsed, services.Time, Details(parameters, first.Times[present])),
        };
        using var writer = _ranks.IsFirst ? FieldWriter.Create(path, spec) : null;
        using (var progress = services.StartProgress("forecast", "fields"))
        {
            var steps = new ForecastSampler(model, settings, device, _ranks)
                .Forecast(history, parameters, leads, done => progress.Report(done, (double)leads * settings.Members), cancellation);
            foreach (var (members, time) in steps.Select((members, time) => (members, time)))
            {
                for (var c = 0; writer is not null && c < series.Channels.Count; c++)
                {
                    var size = spec.Grid.Height * spec.Grid.Width;
                    float[][] fields = [.. members.Select(member => member.AsSpan(c * size, size).ToArray())];
                    ensemble.Write(writer, time, new Band(0, spec.Grid.Height, fields) { Channel = c });
                }
            }
        }

        writer?.Commit();
        return spec;
    }

    private (string Name, string Value)[] Details(IReadOnlyList<double> parameters, double start) =>
    [
        ("source", "FLEX forecast"),
        ("flex_start", start.ToString(CultureInfo.InvariantCulture)),
        .. Provenance.Sampling(modelPath, settings, parameters),
    ];
}
