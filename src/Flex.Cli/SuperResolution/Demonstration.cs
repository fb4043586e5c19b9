using System.CommandLine;
using System.Globalization;
using Flex.Cli.Forecasting;
using Flex.Cli.Reports;
using Flex.Diffusion;
using Flex.Diffusion.Tiling;
using Flex.Evaluation.Reports;
using Flex.Evaluation.Scores;
using Flex.Fields.NetCdf;
using Flex.Fields.Solvers;
using Flex.Torch;

namespace Flex.Cli.SuperResolution;

/// <summary>
/// The main jobs from end to end: simulate turbulence that no training saw, throw points away and bring them back with a model, forecast
/// what follows with another, and measure both against the simulation.
/// </summary>
/// <param name="services">The outside world.</param>
/// <param name="parsed">The command line, for the history.</param>
/// <param name="folder">Where the files go.</param>
internal sealed class Demonstration(CliServices services, ParseResult parsed, string folder)
{
    /// <summary>KT-512 has Re 250, 500, 1000 and 2000 and the seeds 2150–2154 for training.</summary>
    private const double Reynolds = 1500;
    private const ulong Seed = 4242;
    private const string Variable = "w";

    private readonly SeriesSelection _all = new();

    /// <summary>Runs the demonstration.</summary>
    /// <param name="modelPath">The super-resolution model's file.</param>
    /// <param name="forecastPath">The forecast model's file; null leaves the forecast out.</param>
    /// <param name="plan">How much is done.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="InputException">There is no such model, or the folder cannot be written.</exception>
    public void Run(string modelPath, string? forecastPath, DemonstrationPlan plan, CancellationToken cancellation)
    {
        var start = services.Time.GetTimestamp();
        using var model = ModelFile.LoadSuperResolution(modelPath);
        using var forecastModel = forecastPath is null ? null : ModelFile.LoadForecast(forecastPath);
        var forecast = forecastModel is null ? null : new ForecastDemonstration(services, forecastModel, plan.Leads, plan.Members);
        var report = new ReportFolder(folder);
        report.Create();
        var page = new ReportPage(string.Create(CultureInfo.InvariantCulture, $"Demonstration: two-dimensional turbulence at Re {Reynolds}"), services.Time.GetUtcNow());
        var refined = _all with { Times = plan.Times };
        Simulate(plan.Size, [.. plan.Times, .. forecast?.Times(plan.Times[0]) ?? []], cancellation);
        using (var truth = FieldSeries.Open(At("truth.nc"), Variable, refined))
        {
            new DegradationJob(services, parsed).Run(truth, model.Task.Factor, At("coarse.nc"), cancellation);
        }

        using (var coarse = SeriesGroup.Open(At("coarse.nc"), Variable, _all with { Registration = model.Task.Registration }))
        {
            new SuperResolutionJob(services, parsed, modelPath, model, Device.Cpu, new SamplingSettings())
                .Run(coarse, parameters: null, EnsembleOutput.Parse(null, members: 1), At("fine.nc"), cancellation);
        }

        var (score, chapter) = Judge(modelPath, model.Task, refined, plan.Size);
        page.Add(chapter.With(Record(modelPath, new SamplingSettings())));
        report.Write(page);
        Print(score, modelPath, model.Task, plan.Size);
        if (forecast?.Run(forecastPath!, At("truth.nc"), Variable, plan.Times[0], cancellation) is { } forecasts)
        {
            page.Add(forecasts.With(Record(forecastPath!, forecast.Settings)));
            report.Write(page);
        }

        services.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"Fields and {ReportFolder.FileName} are in {folder}/ ({services.Time.GetElapsedTime(start).TotalSeconds:0} s)"));
    }

    private string At(string name) => Path.Combine(folder, name);

    private void Simulate(int size, IReadOnlyList<double> times, CancellationToken cancellation)
    {
        using var progress = services.StartProgress("simulating", "time units");

        // Times of forecasts are sums and may miss a time that was asked for by a rounding error.
        var ordered = times.Select(time => Math.Round(time, 9)).Distinct().Order().ToArray();
        var settings = new SimulationSettings { Size = size, Reynolds = Reynolds, Seed = Seed, Times = new OutputTimes(ordered) };
        TurbulenceSimulation.Run(settings, At("truth.nc"), progress, cancellation);
    }

    private ReportSection Record(string model, SamplingSettings settings) =>
        RunRecords.Of(parsed, model, settings, [At("truth.nc")], "cpu").ToSection();

    // What is judged is the file that was written, not a second sample.
    private (SuperResolutionScore Score, ReportChapter Chapter) Judge(string modelPath, SuperResolutionTask task, SeriesSelection selection, int size)
    {
        using var fine = FieldSeries.Open(At("fine.nc"), Variable, _all);
        using var truths = new TrueFields(At("truth.nc"), Variable, selection, task);
        var gallery = new FieldGallery(RunRecords.Label(At("truth.nc"), Variable));
        var i = 0;
        var evaluation = new SuperResolutionEvaluation(task.Factor, (_, _, _) => [fine.Read(i)]);
        for (; i < truths.Count; i++)
        {
            var truth = truths.Read(i);
            gallery.Add(truth, evaluation.Add(truth, truths.Parameters));
        }

        var title = string.Create(CultureInfo.InvariantCulture, $"Super-resolution, {size / task.Factor}² → {size}² points");
        return (evaluation.Score, SuperResolutionChapter.Of(title, evaluation.Score, gallery, task.Factor, truths.ShorterSide, RunRecords.Training(modelPath)));
    }

    private void Print(SuperResolutionScore score, string modelPath, SuperResolutionTask task, int size)
    {
        var culture = CultureInfo.InvariantCulture;
        services.Out.WriteLine($"{Title(task, size)}, model {Path.GetFileName(modelPath)}");
        foreach (var field in score.Fields)
        {
            services.Out.WriteLine(string.Create(
                culture, $"  t = {field.Time:0.0##}: RFNE {field.Rfne:0.0000}, bicubic {field.BaselineRfne:0.0000}, ratio {field.Ratio:0.000}"));
        }

        services.Out.WriteLine(string.Create(culture, $"FLEX's error is {score.MeanRatio:0.00} of bicubic's."));
    }

    private static string Title(SuperResolutionTask task, int size) => string.Create(
        CultureInfo.InvariantCulture, $"2D turbulence, Re {Reynolds}, seed {Seed}, {size / task.Factor}² → {size}² points");
}

/// <summary>How much a demonstration does.</summary>
/// <param name="Size">Fine points along each side.</param>
/// <param name="Times">When fields are super-resolved, ascending; forecasts start at the first.</param>
/// <param name="Leads">Steps of the forecast.</param>
/// <param name="Members">Members of the forecast.</param>
internal sealed record DemonstrationPlan(int Size, IReadOnlyList<double> Times, int Leads, int Members);
