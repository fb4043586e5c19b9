using Flex.Diffusion;
using Flex.Diffusion.Tiling;
using Flex.Evaluation.Diagnosis;
using Flex.Evaluation.Scores;
using Flex.Fields.Grids;
using Flex.Fields.NetCdf;
using Flex.Torch;

namespace Flex.Cli.SuperResolution;

/// <summary>Examines what a super-resolution model makes of fine fields that it has not seen.</summary>
/// <param name="services">The outside world.</param>
/// <param name="model">The model.</param>
/// <param name="device">Where it is.</param>
/// <param name="settings">How answers are drawn.</param>
internal sealed class ExaminationJob(CliServices services, SuperResolutionModel model, Device device, SamplingSettings settings)
{
    /// <summary>Examines.</summary>
    /// <param name="files">The runs.</param>
    /// <param name="variable">The variable.</param>
    /// <param name="selection">The times and boundaries.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="InputException">A file does not have what is asked for.</exception>
    public IReadOnlyList<Symptom> Run(IReadOnlyList<string> files, string variable, SeriesSelection selection, CancellationToken cancellation)
    {
        var total = 0;
        foreach (var file in files)
        {
            using var run = new TrueFields(file, variable, selection, model.Task, warning => services.Error.WriteLine($"flex: {warning}"));
            total += run.Count;
        }

        var examination = new Examination();
        var draws = new MemberDraws(new TiledSampler(model, settings, device), settings.Members);
        var evaluation = new SuperResolutionEvaluation(model.Task.Factor, (truth, coarse, parameters) => draws.Of(truth, coarse, parameters, cancellation));
        using var progress = services.StartProgress("diagnosis", "fields");
        var done = 0;
        foreach (var file in files)
        {
            using var run = new TrueFields(file, variable, selection, model.Task);
            for (var i = 0; i < run.Count; i++)
            {
                var truth = run.Read(i);
                var refined = evaluation.Add(truth, run.Parameters);
                var grid = truth.Grid;
                examination.Add(new ExaminedField(
                    grid.Height, grid.Width, truth.Values, refined.Baseline, refined.Samples, run.IsPeriodic, Edges(grid.Y), Edges(grid.X)));
                (refined.Samples as IDisposable)?.Dispose();
                progress.Report(++done, total, truth.Run);
            }
        }

        return examination.Symptoms;
    }

    private IReadOnlyList<int> Edges(GridAxis axis)
    {
        var factor = model.Task.Factor;
        var length = (axis.Length + factor - 1) / factor * factor;
        return new TileAxis(length, model.Task.Patch, settings.Overlap ?? model.Task.Patch / 2, factor, axis.Periodic).Edges;
    }
}
