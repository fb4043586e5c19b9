using Flex.Diffusion;
using Flex.Diffusion.Calibration;
using Flex.Diffusion.Sampling;
using Flex.Torch;
using Flex.Torch.Nn;

namespace Flex.Training.Calibration;

/// <summary>Tunes a diffusion model through its sampler: the loss is the fair CRPS of M draws of every sample.</summary>
/// <param name="model">The model.</param>
/// <param name="config">M, N and K.</param>
public sealed class CalibrationObjective(DiffusionModel model, CalibrateConfig config) : ITrainingObjective
{
    private static readonly long[] FieldDims = [1, 2, 3];

    private readonly EnsembleSampler _sampler = new(model, new DdimSampler(config.SampleSteps), config.GradientSteps);

    /// <inheritdoc/>
    public Module Network => model.Backbone;

    /// <inheritdoc/>
    public IEnumerable<(string Name, Tensor Value)> ForwardOrder => model.Backbone.ForwardOrder();

    /// <inheritdoc/>
    public int NoiseFields => config.Members;

    /// <inheritdoc/>
    public Tensor Loss(TrainingBatch batch, Tensor t, Tensor noise)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(noise);
        using var scope = new TensorScope();
        var (first, all) = (batch.Residual.Size(0), noise.Size(0));
        var loss = FairCrps.Loss(Draw(batch, noise.Narrow(0, 0, first)), batch.Residual);
        if (batch.Other is { } other)
        {
            other.SeedDropout();
            var two = FairCrps.Loss(Draw(other, noise.Narrow(0, all - other.Residual.Size(0), other.Residual.Size(0))), other.Residual);
            var share = (double)first / (first + other.Residual.Size(0));
            loss = (loss * share) + (two * (1 - share));
        }

        return scope.Keep(loss);
    }

    /// <inheritdoc/>
    public double? SampleError(TrainingBatch batch, Tensor noise)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(noise);
        using var scope = new TensorScope();
        using var noGrad = GradMode.NoGrad();
        var draws = Draw(batch, noise);
        var error = (draws[0] - batch.Residual).Square().Sum(FieldDims).Sqrt();
        return (error / batch.Residual.Square().Sum(FieldDims).Sqrt()).Mean().Item();
    }

    /// <inheritdoc/>
    public void Save(string path, IReadOnlyDictionary<string, string> provenance) => ModelFile.Save(path, model, provenance);

    // As ensembles are drawn of fields, each member in an orientation of its own; and of each sample in others, so that a batch has seen more than one pair.
    private IReadOnlyList<Tensor> Draw(TrainingBatch batch, Tensor noise) =>
        _sampler.Draw(batch.Task, batch.Condition, batch.Parameters, noise, config.Turned ? batch.Seed : null, batch.First);
}
