using System.Globalization;
using Flex.Diffusion;
using Flex.Diffusion.Tiling;
using Flex.Evaluation.Reports;
using Flex.Evaluation.Scores;
using Flex.Fields.NetCdf;
using Flex.Torch;
using Flex.Torch.Distributed;

namespace Flex.Cli.SuperResolution;

/// <summary>Judges a super-resolution model on fine fields that it has not seen.</summary>
/// <param name="services">The outside world.</param>
/// <param name="model">The model.</param>
/// <param name="device">Where it is.</param>
/// <param name="settings">How answers are drawn.</param>
/// <param name="others">Baselines besides bicubic.</param>
/// <param name="ranks">The processes that draw together; each comes to the same score. Null for this one alone.</param>
internal sealed class SuperResolutionTrial(
    CliServices services, SuperResolutionModel model, Device device, SamplingSettings settings, IReadOnlyList<Baseline> others, ProcessGroup? ranks = null)
{
    /// <summary>Points along the shortest side of the fields that were judged; null where a spectrum has no meaning, for fields have edges.</summary>
    public int? PeriodicSide { get; private set; }

    /// <summary>Judges.</summary>
    /// <param name="files">The runs.</param>
    /// <param name="variable">The variable.</param>
    /// <param name="selection">The times and boundaries.</param>
    /// <param name="gallery">Chooses the fields to show; null draws none.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <returns>The score.</returns>
    /// <exception cref="InputException">A file does not have what is asked for.</exception>
    public SuperResolutionScore Run(
        IReadOnlyList<string> files, string variable, SeriesSelection selection, FieldGallery? gallery, CancellationToken cancellation)
    {
        // All files are looked at before the first is computed: a mistake in the last one must not cost the others.
        var (total, done, side, periodic) = (0, 0, int.MaxValue, true);
        foreach (var file in files)
        {
            using var run = new TrueFields(file, variable, selection, model.Task, warning => services.Error.WriteLine($"flex: {warning}"));
            (total, side, periodic) = (total + run.Count, Math.Min(side, run.ShorterSide), periodic && run.IsPeriodic);
        }

        // At an edge a spectrum is that of the jump across it.
        PeriodicSide = periodic ? side : null;
        var draws = new MemberDraws(new TiledSampler(model, settings, device, ranks), settings.Members);
        var evaluation = new SuperResolutionEvaluation(model.Task.Factor, (truth, coarse, parameters) => draws.Of(truth, coarse, parameters, cancellation), others);
        using var progress = services.StartProgress("evaluation", "fields");
        foreach (var file in files)
        {
            using var run = new TrueFields(file, variable, selection, model.Task);
            for (var i = 0; i < run.Count; i++)
            {
                var truth = run.Read(i);
                var refined = evaluation.Add(truth, run.Parameters);
                progress.Report(++done, total, string.Create(CultureInfo.InvariantCulture, $"{truth.Run}, t = {truth.Time:0.###}: ratio {refined.Score.Ratio:0.000}"));
                gallery?.Add(truth, refined);
                (refined.Samples as IDisposable)?.Dispose();
            }
        }

        return evaluation.Score;
    }
}
