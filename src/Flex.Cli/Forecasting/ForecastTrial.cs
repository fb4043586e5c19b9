using System.Globalization;
using Flex.Diffusion;
using Flex.Diffusion.Tiling;
using Flex.Evaluation.Reports;
using Flex.Evaluation.Scores;
using Flex.Fields.DataSets;
using Flex.Fields.NetCdf;
using Flex.Torch;
using Flex.Torch.Distributed;

namespace Flex.Cli.Forecasting;

/// <summary>
/// Judges a forecast model on runs whose future is known. Each forecast has noise and orientations of its own, the first those of the seed, the next
/// those of the seed + 1 and so on: with one draw for all of them, its luck would be in every score.
/// </summary>
/// <param name="services">The outside world.</param>
/// <param name="model">The model.</param>
/// <param name="device">Where it is.</param>
/// <param name="settings">How answers are drawn.</param>
/// <param name="leads">Steps of every forecast, at least 1.</param>
/// <param name="climatology">What they are compared with besides persistence; null is nothing.</param>
/// <param name="ranks">The processes that draw together; each comes to the same score. Null for this one alone.</param>
internal sealed class ForecastTrial(
    CliServices services, ForecastModel model, Device device, SamplingSettings settings, int leads, MonthlyClimatology? climatology = null, ProcessGroup? ranks = null)
{
    /// <summary>Judges.</summary>
    /// <param name="files">The runs.</param>
    /// <param name="variable">The variable.</param>
    /// <param name="selection">The boundaries; all times.</param>
    /// <param name="starts">The last known states.</param>
    /// <param name="gallery">Chooses the forecasts to show; null draws none.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <returns>The score.</returns>
    /// <exception cref="InputException">A file does not have what is asked for, or a forecast becomes infinite.</exception>
    public ForecastScore Run(
        IReadOnlyList<string> files, string variable, SeriesSelection selection, ForecastStarts starts, ForecastGallery? gallery, CancellationToken cancellation)
    {
        KnownRun Open(string file, Action<string>? warn = null) => new(file, variable, selection, model.Task, starts, leads, climatology, warn);

        // All files are looked at before the first is computed: a mistake in the last one must not cost the others.
        var total = 0;
        foreach (var file in files)
        {
            using var run = Open(file, warning => services.Error.WriteLine($"flex: {warning}"));
            total += run.Forecasts.Count * leads * settings.Members;
        }

        using var progress = services.StartProgress("evaluation", "fields");
        var (done, news) = (0, "");
        var seed = settings.Seed;
        var evaluation = new ForecastEvaluation(leads, (history, parameters, steps) =>
            new ForecastSampler(model, settings with { Seed = seed++ }, device, ranks)
                .Forecast(history, parameters, steps, now => progress.Report(done + now, total, news), cancellation));
        foreach (var file in files)
        {
            using var run = Open(file);
            foreach (var (forecast, present) in run.Forecasts)
            {
                var history = run.Reader.Read(present);
                var show = gallery?.Begin(forecast, history.Height, history.Width, history.Snapshots[^1], settings.Members);
                var advection = model.Task.Advection ? new AdvectionBaseline(history, model.Task.TimeStep ?? double.NaN) : null;
                evaluation.Add(forecast, history, run.Parameters, lead => WithAdvection(run.Truth(present, lead), advection), (frame, score) =>
                {
                    news = string.Create(CultureInfo.InvariantCulture, $"{forecast.Run}, lead {frame.Lead}: ratio {score.Errors.Ratio:0.000}");
                    show?.Invoke(frame);
                });
                done += leads * settings.Members;
            }
        }

        return evaluation.Score;
    }

    private static TrueState WithAdvection(TrueState state, AdvectionBaseline? advection) => advection is null
        ? state
        : state with { Others = new Dictionary<string, float[]>(state.Others) { ["advection"] = advection.Next() } };
}
