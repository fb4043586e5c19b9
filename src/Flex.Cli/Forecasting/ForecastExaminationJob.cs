using Flex.Diffusion;
using Flex.Diffusion.Tiling;
using Flex.Evaluation.Diagnosis;
using Flex.Fields.NetCdf;
using Flex.Torch;

namespace Flex.Cli.Forecasting;

/// <summary>Examines what a forecast model makes of the first step of runs whose future is known.</summary>
/// <param name="services">The outside world.</param>
/// <param name="model">The model.</param>
/// <param name="device">Where it is.</param>
/// <param name="settings">How answers are drawn.</param>
internal sealed class ForecastExaminationJob(CliServices services, ForecastModel model, Device device, SamplingSettings settings)
{
    /// <summary>Examines; of several variables the first.</summary>
    /// <param name="files">The runs.</param>
    /// <param name="variable">The variable.</param>
    /// <param name="selection">The boundaries; all times.</param>
    /// <param name="starts">The last known states.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="InputException">A file does not have what is asked for, or a forecast becomes infinite.</exception>
    public IReadOnlyList<Symptom> Run(
        IReadOnlyList<string> files, string variable, SeriesSelection selection, ForecastStarts starts, CancellationToken cancellation)
    {
        KnownRun Open(string file, Action<string>? warn = null) => new(file, variable, selection, model.Task, starts, leads: 1, climatology: null, warn);

        var total = 0;
        foreach (var file in files)
        {
            using var run = Open(file, warning => services.Error.WriteLine($"flex: {warning}"));
            total += run.Forecasts.Count;
        }

        var examination = new Examination("persistence");
        var sampler = new ForecastSampler(model, settings, device);
        using var progress = services.StartProgress("diagnosis", "forecasts");
        var done = 0;
        foreach (var file in files)
        {
            using var run = Open(file);
            foreach (var (forecast, present) in run.Forecasts)
            {
                var history = run.Reader.Read(present);
                float[] First(float[] fields) => fields[..(history.Height * history.Width)];
                var members = sampler.Forecast(history, run.Parameters, 1, cancellation: cancellation).Single();
                examination.Add(new ExaminedField(
                    history.Height, history.Width, First(run.Truth(present, 1).Values), First(history.Snapshots[^1]), [.. members.Select(First)],
                    history.PeriodicY && history.PeriodicX, Edges(history.Height, history.PeriodicY), Edges(history.Width, history.PeriodicX)));
                progress.Report(++done, total, forecast.Run);
            }
        }

        return examination.Symptoms;
    }

    private IReadOnlyList<int> Edges(int length, bool periodic) =>
        new TileAxis(length, model.Task.Patch, settings.Overlap ?? model.Task.Patch / 2, factor: 1, periodic).Edges;
}
