using System.CommandLine;
using System.Globalization;
using Flex.Diffusion;
using Flex.Diffusion.Tiling;
using Flex.Evaluation.Scores;
using Flex.Fields.NetCdf;
using Flex.Fields.Solvers;
using Flex.Torch;

namespace Flex.Cli.SuperResolution;

/// <summary>
/// The main job from end to end: simulate turbulence that no training saw, throw points away, bring them back with the model, and
/// measure what came back.
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
    /// <param name="modelPath">The model's file.</param>
    /// <param name="size">Fine points along each side.</param>
    /// <param name="times">When fields are taken.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="InputException">There is no such model, or the folder cannot be written.</exception>
    public void Run(string modelPath, int size, IReadOnlyList<double> times, CancellationToken cancellation)
    {
        var start = services.Time.GetTimestamp();
        using var model = ModelFile.LoadSuperResolution(modelPath);
        var report = new ReportFolder(folder, "vorticity");
        report.Create();
        Simulate(size, times, cancellation);
        using (var truth = FieldSeries.Open(At("truth.nc"), Variable, _all))
        {
            new DegradationJob(services, parsed).Run(truth, model.Task.Factor, At("coarse.nc"), cancellation);
        }

        using (var coarse = SeriesGroup.Open(At("coarse.nc"), Variable, _all with { Registration = model.Task.Registration }))
        {
            new SuperResolutionJob(services, parsed, modelPath, model, Device.Cpu, new SamplingSettings())
                .Run(coarse, parameters: null, EnsembleOutput.Parse(null, members: 1), At("fine.nc"), cancellation);
        }

        var score = Judge(model.Task, report);
        report.Write(Title(model.Task, size), score);
        Print(score, modelPath, model.Task, size, services.Time.GetElapsedTime(start));
    }

    private string At(string name) => Path.Combine(folder, name);

    private void Simulate(int size, IReadOnlyList<double> times, CancellationToken cancellation)
    {
        using var progress = services.StartProgress("simulating", "time units");
        var settings = new SimulationSettings { Size = size, Reynolds = Reynolds, Seed = Seed, Times = new OutputTimes(times) };
        TurbulenceSimulation.Run(settings, At("truth.nc"), progress, cancellation);
    }

    // What is judged is the file that was written, not a second sample.
    private SuperResolutionScore Judge(SuperResolutionTask task, ReportFolder report)
    {
        using var fine = FieldSeries.Open(At("fine.nc"), Variable, _all);
        using var truths = new TrueFields(At("truth.nc"), Variable, _all, task);
        var evaluation = new SuperResolutionEvaluation(task.Factor, (_, _, frame) => [fine.Read((int)frame)]);
        for (var i = 0; i < truths.Count; i++)
        {
            var truth = truths.Read(i);
            report.DrawFields(truth with { Run = "fields" }, evaluation.Add(truth, truths.Parameters));
        }

        report.DrawSpectra(evaluation.Score, truths.ShorterSide, task.Factor);
        return evaluation.Score;
    }

    private void Print(SuperResolutionScore score, string modelPath, SuperResolutionTask task, int size, TimeSpan elapsed)
    {
        var culture = CultureInfo.InvariantCulture;
        services.Out.WriteLine($"{Title(task, size)}, model {Path.GetFileName(modelPath)}");
        foreach (var field in score.Fields)
        {
            services.Out.WriteLine(string.Create(
                culture, $"  t = {field.Time:0.0##}: RFNE {field.Rfne:0.0000}, bicubic {field.BaselineRfne:0.0000}, ratio {field.Ratio:0.000}"));
        }

        services.Out.WriteLine(string.Create(
            culture, $"FLEX's error is {score.MeanRatio:0.00} of bicubic's. Fields, pictures and report.md are in {folder}/ ({elapsed.TotalSeconds:0} s)"));
    }

    private static string Title(SuperResolutionTask task, int size) => string.Create(
        CultureInfo.InvariantCulture, $"2D turbulence, Re {Reynolds}, seed {Seed}, {size / task.Factor}² → {size}² points");
}
