using Flex.Diffusion;
using Flex.Diffusion.Sampling;
using Flex.Torch;
using Flex.Torch.Nn;

namespace Flex.Training;

/// <summary>A diffusion model as the trainer sees it.</summary>
/// <param name="model">The model that is trained.</param>
/// <param name="validationSampler">How validation draws samples.</param>
/// <param name="contrastive">The weight of the alignment of both tasks' latents, for paired batches.</param>
public sealed class DiffusionObjective(DiffusionModel model, DdimSampler validationSampler, double contrastive = 0) : ITrainingObjective
{
    private static readonly long[] FieldDims = [1, 2, 3];

    /// <inheritdoc/>
    public Module Network => model.Backbone;

    /// <inheritdoc/>
    public IEnumerable<(string Name, Tensor Value)> ForwardOrder => model.Backbone.ForwardOrder();

    /// <inheritdoc/>
    public Tensor Loss(TrainingBatch batch, Tensor t, Tensor noise)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Other is not { } other)
        {
            return model.Loss(Samples(batch), t, noise);
        }

        if (batch.Paired)
        {
            return model.PairedLoss(Samples(batch), Samples(other), t, noise, contrastive);
        }

        // The mean over all samples.
        using var scope = new TensorScope();
        var (first, all) = (batch.Residual.Size(0), t.Size(0));
        var one = model.Loss(Samples(batch), t.Narrow(0, 0, first), noise.Narrow(0, 0, first));
        other.SeedDropout();
        var two = model.Loss(Samples(other), t.Narrow(0, first, all - first), noise.Narrow(0, first, all - first));
        return scope.Keep((one * ((double)first / all)) + (two * ((double)(all - first) / all)));
    }

    /// <inheritdoc/>
    public double? SampleError(TrainingBatch batch, Tensor noise)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using var scope = new TensorScope();
        using var noGrad = GradMode.NoGrad();
        var drawn = model.Sample(model.Encode(batch.Task, batch.Condition, batch.Parameters), batch.Parameters, noise, validationSampler);
        var error = (drawn - batch.Residual).Square().Sum(FieldDims).Sqrt();
        return (error / batch.Residual.Square().Sum(FieldDims).Sqrt()).Mean().Item();
    }

    /// <inheritdoc/>
    public void Save(string path, IReadOnlyDictionary<string, string> provenance) => ModelFile.Save(path, model, provenance);

    private static TaskSamples Samples(TrainingBatch batch) => new(batch.Task, batch.Condition, batch.Residual, batch.Parameters);
}
