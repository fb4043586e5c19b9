using Flex.Diffusion;
using Flex.Diffusion.Backbones;
using Flex.Diffusion.Calibration;
using Flex.Diffusion.Sampling;
using Flex.Fields.DataSets;
using Flex.IO;
using Flex.Torch;

namespace Flex.Training.Calibration;

/// <summary>Measures on patches that a model was not trained on how far its ensembles' spread is from their error, by scale.</summary>
/// <param name="model">The model, on <paramref name="device"/>.</param>
/// <param name="config">M, N and the number of patches.</param>
/// <param name="draws">The noise.</param>
/// <param name="device">Where the model is.</param>
public sealed class SpreadMeasurement(DiffusionModel model, CalibrateConfig config, TrainingDraws draws, Device device)
{
    private const int Batch = 8;

    /// <summary>Measures.</summary>
    /// <param name="task">The task.</param>
    /// <param name="patches">The patches.</param>
    /// <param name="progress">Told of the patches that are done.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <returns>What makes spread and error alike.</returns>
    public SpreadCorrection Run(TaskKind task, ValidationSet patches, IProgress progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(patches);
        ArgumentNullException.ThrowIfNull(progress);
        using var data = new TaskTrainingData(task, patches, Batch);
        data.ReadValidation(patches);
        var sampler = new DdimSampler(config.SampleSteps);
        var fit = new SpreadFit(config.SampleSteps);
        var done = 0;
        using var noGrad = GradMode.NoGrad();
        model.Backbone.Eval();
        for (var i = 0; i < data.ValidationBatches; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = new TensorScope();
            var batch = data.Validation(i).To(device);
            var count = (int)batch.Residual.Size(0);
            var noise = Tensor.Empty(batch.NoiseShape(config.SpreadMembers));
            draws.FillValidationNoise(noise.AsSpan<float>(), done, count);
            fit.Add(model.Ensemble(task, batch.Condition, batch.Parameters, noise.To(device), sampler), batch.Residual);
            progress.Report(done += count, patches.Count, "");
        }

        return fit.Fit();
    }
}
