using Flex.Diffusion.Backbones;
using Flex.Diffusion.Sampling;
using Flex.Torch;

namespace Flex.Diffusion;

/// <summary>A model: networks, diffusion settings, and the tasks that they have learnt (SPEC §2).</summary>
/// <param name="config">The diffusion's settings and the architecture.</param>
/// <param name="tasks">What it does; at least one task.</param>
public sealed class DiffusionModel(ModelConfig config, ModelTasks tasks) : IDisposable
{
    private readonly NoiseSchedule _schedule = config.Schedule();
    private readonly Dictionary<(TaskKind Task, string Shape, DdimSampler Sampler), SamplingGraph?> _graphs = [];

    /// <summary>The diffusion's settings.</summary>
    public ModelConfig Config => config;

    /// <summary>What the model does.</summary>
    public ModelTasks Tasks => tasks;

    /// <summary>The networks.</summary>
    public Backbone Backbone { get; } = config.CreateBackbone(tasks.Patch, tasks.Channels, tasks.ForecastConditions, tasks.Parameters, tasks.Kinds);

    /// <summary>The training loss of samples of one task.</summary>
    /// <param name="samples">The samples, B of them.</param>
    /// <param name="t">(B).</param>
    /// <param name="eps">ε, (B, C, H, W).</param>
    /// <returns>A tensor without dimensions.</returns>
    public Tensor Loss(TaskSamples samples, Tensor t, Tensor eps)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return Loss(samples, t, eps, tokens => tokens.Dispose());
    }

    /// <summary>The training loss of pairs: the mean of both tasks' losses with the same t and ε, and the alignment of their latents.</summary>
    /// <param name="first">Samples of one task, B of them.</param>
    /// <param name="second">Samples of the other task: the same moments and places.</param>
    /// <param name="t">(B).</param>
    /// <param name="eps">ε, (B, C, H, W).</param>
    /// <param name="contrastive">The weight of the alignment.</param>
    /// <returns>A tensor without dimensions.</returns>
    public Tensor PairedLoss(TaskSamples first, TaskSamples second, Tensor t, Tensor eps, double contrastive)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        using var scope = new TensorScope();
        var tokens = new List<Tensor>();
        var loss = (Loss(first, t, eps, tokens.Add) + Loss(second, t, eps, tokens.Add)) * 0.5;
        loss += ContrastiveAlignment.Loss(tokens[0], tokens[1]) * contrastive;
        tokens.ForEach(latent => latent.Dispose());
        return scope.Keep(loss);
    }

    /// <summary>Encodes a condition once, for all steps and members.</summary>
    /// <param name="task">The task.</param>
    /// <param name="condition">(B, C, H, W), normalised.</param>
    /// <param name="parameters">(B, P), scaled; null where P = 0.</param>
    /// <returns>The features, in the caller's scope.</returns>
    public TaskFeatures Encode(TaskKind task, Tensor condition, Tensor? parameters) => Backbone.EncodeTask(task, condition, parameters);

    /// <summary>
    /// Encodes a condition, to draw from it, without gradients. On a GPU the second and later batches of a size are replayed from a
    /// recording: what is drawn must be used up before the next condition is given.
    /// </summary>
    /// <param name="task">The task.</param>
    /// <param name="condition">(B, C, H, W), normalised.</param>
    /// <param name="parameters">(B, P), scaled; null where P = 0.</param>
    /// <param name="sampler">Steps and η.</param>
    /// <returns>What draws; its memory belongs to the caller's scope, or to the model.</returns>
    public IConditionedSampler Condition(TaskKind task, Tensor condition, Tensor? parameters, DdimSampler sampler)
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentNullException.ThrowIfNull(sampler);
        using var noGrad = GradMode.NoGrad();
        var key = (task, string.Join('x', condition.Shape), sampler);
        if (condition.Device.Type != DeviceType.Cuda || sampler.Eta > 0 || config.Method == GenerationMethod.Regression || _graphs.TryAdd(key, null))
        {
            return new ConditionedSampler(this, Encode(task, condition, parameters), parameters, sampler);
        }

        var graph = _graphs[key] ??= new SamplingGraph(this, task, condition, parameters, sampler);
        graph.Condition(condition, parameters);
        return graph;
    }

    /// <summary>Draws one normalised residual (or field) for each noise field.</summary>
    /// <param name="features">The encoded condition.</param>
    /// <param name="parameters">(B, P), scaled; null where P = 0.</param>
    /// <param name="noise">Z at t = 1, (B, C, H, W); a regression does not look at it.</param>
    /// <param name="sampler">Steps and η.</param>
    /// <param name="freshNoise">The ancestral noise of step i, where η > 0.</param>
    /// <returns>(B, C, H, W), in the caller's scope.</returns>
    public Tensor Sample(
        TaskFeatures features, Tensor? parameters, Tensor noise, DdimSampler sampler, Func<int, Tensor>? freshNoise = null)
    {
        using var noGrad = GradMode.NoGrad();
        return Generate(features, parameters, noise, sampler, freshNoise);
    }

    /// <summary>What <see cref="Sample"/> does, with gradients.</summary>
    /// <param name="features">The encoded condition.</param>
    /// <param name="parameters">(B, P), scaled; null where P = 0.</param>
    /// <param name="noise">Z at t = 1, (B, C, H, W).</param>
    /// <param name="sampler">Steps and η.</param>
    /// <param name="freshNoise">The ancestral noise of step i, where η > 0.</param>
    /// <param name="gradientSteps">The gradient runs through the last that many steps only.</param>
    /// <returns>(B, C, H, W), in the caller's scope.</returns>
    public Tensor Generate(
        TaskFeatures features, Tensor? parameters, Tensor noise, DdimSampler sampler, Func<int, Tensor>? freshNoise = null, int gradientSteps = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        ArgumentNullException.ThrowIfNull(noise);
        return config.Method == GenerationMethod.Regression
            ? Network(noise * 0, 1)
            : sampler.Sample(config.Prediction, _schedule, Network, noise, freshNoise, gradientSteps);

        Tensor Network(Tensor z, double t)
        {
            using var scope = new TensorScope();
            return scope.Keep(Backbone.Forward(z, Tensor.Full([z.Size(0)], t, device: z.Device), parameters, features));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var graph in _graphs.Values)
        {
            graph?.Dispose();
        }

        Backbone.Dispose();
    }

    // Hands out the shared encoder's tokens, which are then the receiver's to dispose of.
    private Tensor Loss(TaskSamples samples, Tensor t, Tensor eps, Action<Tensor> latentTokens)
    {
        using var scope = new TensorScope();
        var features = Encode(samples.Task, samples.Condition, samples.Parameters);
        var loss = config.TrainingLoss();

        // A regression is the same network in one pass, at t = 1 and without noise, and says the residual itself.
        return scope.Keep(config.Method == GenerationMethod.Regression
            ? loss.Distance(Network(eps * 0, (t * 0) + 1), samples.Residual)
            : loss.Compute(config.Prediction, _schedule, z => Network(z, t), samples.Residual, eps, t));

        Tensor Network(Tensor z, Tensor time)
        {
            using var pass = new TensorScope();
            var latent = Backbone.Encode(z, time, samples.Parameters, features);
            var answer = Backbone.Decode(latent, time, samples.Parameters, features);
            latentTokens(latent.Tokens.DetachFromScope());
            return pass.Keep(answer);
        }
    }
}
