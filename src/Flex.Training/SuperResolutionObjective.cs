using Flex.Diffusion;
using Flex.Diffusion.Sampling;
using Flex.Torch;
using Flex.Torch.Nn;

namespace Flex.Training;

/// <summary>Super-resolution by diffusion as the trainer sees it.</summary>
/// <param name="model">The model that is trained.</param>
/// <param name="validationSampler">How validation draws samples.</param>
public sealed class SuperResolutionObjective(SuperResolutionModel model, DdimSampler validationSampler) : ITrainingObjective
{
    private static readonly long[] FieldDims = [1, 2, 3];

    /// <inheritdoc/>
    public Module Network => model.Backbone;

    /// <inheritdoc/>
    public Tensor Loss(TrainingBatch batch, Tensor t, Tensor noise)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return model.Loss(batch.Condition, batch.Residual, batch.Parameters, t, noise);
    }

    /// <inheritdoc/>
    public double? SampleError(TrainingBatch batch, Tensor noise)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using var scope = new TensorScope();
        using var noGrad = GradMode.NoGrad();
        var drawn = model.Sample(model.Encode(batch.Condition, batch.Parameters), batch.Parameters, noise, validationSampler);
        var error = (drawn - batch.Residual).Square().Sum(FieldDims).Sqrt();
        return (error / batch.Residual.Square().Sum(FieldDims).Sqrt()).Mean().Item();
    }

    /// <inheritdoc/>
    public void Save(string path, IReadOnlyDictionary<string, string> provenance) => ModelFile.Save(path, model, provenance);
}
