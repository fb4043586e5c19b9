using Flex.Diffusion.Backbones;
using Flex.Diffusion.Sampling;
using Flex.Fields.DataSets;
using Flex.Torch;

namespace Flex.Diffusion;

/// <summary>A super-resolution model: networks, diffusion settings, task and normalisation.</summary>
/// <param name="config">The diffusion's settings and the architecture.</param>
/// <param name="task">What it does.</param>
/// <param name="statistics">How its data are normalised.</param>
public sealed class SuperResolutionModel(ModelConfig config, SuperResolutionTask task, DataStatistics statistics) : IDisposable
{
    private readonly NoiseSchedule _schedule = config.Schedule();

    /// <summary>The diffusion's settings.</summary>
    public ModelConfig Config => config;

    /// <summary>What the model does.</summary>
    public SuperResolutionTask Task => task;

    /// <summary>How its data are normalised.</summary>
    public DataStatistics Statistics => statistics;

    /// <summary>The networks.</summary>
    public Backbone Backbone { get; } = config.CreateBackbone(task.Patch, 1, 1, task.Parameter.Count, TaskKind.SuperRes);

    /// <summary>The training loss of a batch (SPEC §2).</summary>
    /// <param name="condition">(B, 1, H, W), up(X_LR), normalised.</param>
    /// <param name="residual">(B, 1, H, W), normalised.</param>
    /// <param name="parameters">(B, P), scaled; null where P = 0.</param>
    /// <param name="t">(B).</param>
    /// <param name="eps">ε, (B, 1, H, W).</param>
    /// <returns>A tensor without dimensions.</returns>
    public Tensor Loss(Tensor condition, Tensor residual, Tensor? parameters, Tensor t, Tensor eps)
    {
        using var scope = new TensorScope();
        var features = Backbone.EncodeTask(TaskKind.SuperRes, condition, parameters);
        return scope.Keep(config.TrainingLoss().Compute(
            config.Prediction, _schedule, z => Backbone.Forward(z, t, parameters, features), residual, eps, t));
    }

    /// <summary>Encodes a condition once, for all steps and members.</summary>
    /// <param name="condition">(B, 1, H, W), up(X_LR), normalised.</param>
    /// <param name="parameters">(B, P), scaled; null where P = 0.</param>
    /// <returns>The features, in the caller's scope.</returns>
    public TaskFeatures Encode(Tensor condition, Tensor? parameters) => Backbone.EncodeTask(TaskKind.SuperRes, condition, parameters);

    /// <summary>Draws one normalised residual (or field) for each noise field.</summary>
    /// <param name="features">The encoded condition.</param>
    /// <param name="parameters">(B, P), scaled; null where P = 0.</param>
    /// <param name="noise">Z at t = 1, (B, 1, H, W).</param>
    /// <param name="sampler">Steps and η.</param>
    /// <param name="freshNoise">The ancestral noise of step i, where η > 0.</param>
    /// <returns>(B, 1, H, W), in the caller's scope.</returns>
    public Tensor Sample(
        TaskFeatures features, Tensor? parameters, Tensor noise, DdimSampler sampler, Func<int, Tensor>? freshNoise = null)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        ArgumentNullException.ThrowIfNull(noise);
        using var noGrad = GradMode.NoGrad();
        return sampler.Sample(config.Prediction, _schedule, Network, noise, freshNoise);

        Tensor Network(Tensor z, double t)
        {
            using var scope = new TensorScope();
            return scope.Keep(Backbone.Forward(z, Tensor.Full([z.Size(0)], t, device: z.Device), parameters, features));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Backbone.Dispose();
}
