using Flex.Torch;
using Flex.Torch.Nn;

namespace Flex.Diffusion.Backbones;

/// <summary>
/// The four networks of a model (SPEC §3) behind one interface: a task encoder for each task, the shared encoder
/// and the decoder. All tensors that are returned belong to the caller's scope.
/// </summary>
public abstract class Backbone : Module
{
    private const string TaskEncoderEnding = "_encoder";

    private readonly Dictionary<TaskKind, ITaskEncoder> _taskEncoders = [];
    private bool _autocast;

    /// <summary>Begins a backbone.</summary>
    /// <param name="config">The architecture.</param>
    /// <exception cref="InputException">The architecture is impossible.</exception>
    protected Backbone(BackboneConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Validate();
        Config = config;
    }

    /// <summary>The architecture.</summary>
    public BackboneConfig Config { get; }

    /// <summary>The size H = W of the fields that the network takes.</summary>
    public int ImageSize => Config.ImageSize;

    /// <summary>Encodes the condition of a task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="condition">(B, C, H, W): the interpolated coarse field, or the past snapshots.</param>
    /// <param name="parameters">(B, P) physical parameters, or null where P = 0.</param>
    /// <returns>The features, valid for any t and noise.</returns>
    /// <exception cref="InputException">The model has no encoder for the task.</exception>
    public TaskFeatures EncodeTask(TaskKind task, Tensor condition, Tensor? parameters)
    {
        using var casts = Autocast.When(_autocast);
        return _taskEncoders.TryGetValue(task, out var encoder)
            ? encoder.Forward(condition, parameters)
            : throw new InputException($"this model was not trained for the task {task}; it knows {string.Join(", ", Config.Tasks)}");
    }

    /// <summary>Encodes the noisy residual, weakly conditioned.</summary>
    /// <param name="z">(B, C, H, W).</param>
    /// <param name="t">(B) diffusion times in [0, 1].</param>
    /// <param name="parameters">(B, P), or null.</param>
    /// <param name="task">The condition's features.</param>
    /// <returns>The latent and the skip connections.</returns>
    public Latent Encode(Tensor z, Tensor t, Tensor? parameters, TaskFeatures task)
    {
        using var casts = Autocast.When(_autocast);
        return EncodeCore(z, t, parameters, task);
    }

    /// <summary>Decodes the latent, strongly conditioned.</summary>
    /// <param name="latent">What <see cref="Encode"/> returned; its skip connections are used up.</param>
    /// <param name="t">(B).</param>
    /// <param name="parameters">(B, P), or null.</param>
    /// <param name="task">The condition's features.</param>
    /// <returns>(B, C, H, W), the network's prediction.</returns>
    public Tensor Decode(Latent latent, Tensor t, Tensor? parameters, TaskFeatures task)
    {
        using var casts = Autocast.When(_autocast);
        return DecodeCore(latent, t, parameters, task);
    }

    /// <summary>The network N(z, t | condition).</summary>
    /// <param name="z">(B, C, H, W).</param>
    /// <param name="t">(B).</param>
    /// <param name="parameters">(B, P), or null.</param>
    /// <param name="task">The condition's features.</param>
    /// <returns>(B, C, H, W).</returns>
    public Tensor Forward(Tensor z, Tensor t, Tensor? parameters, TaskFeatures task)
    {
        using var scope = new TensorScope();
        return scope.Keep(Decode(Encode(z, t, parameters, task), t, parameters, task));
    }

    /// <summary>The parameters in the order in which the forward pass comes to them: task encoders, shared encoder, decoder.</summary>
    /// <returns>Names and values; files have them in another order, task encoders last.</returns>
    public IEnumerable<(string Name, Tensor Value)> ForwardOrder() =>
        NamedParameters().OrderBy(parameter => parameter.Name.Split('.')[0].EndsWith(TaskEncoderEnding, StringComparison.Ordinal) ? 0 : 1);

    /// <inheritdoc/>
    public override void ComputeIn(Precision precision, Device device)
    {
        base.ComputeIn(precision, device);
        _autocast = precision == Precision.Bf16 && device.Type == DeviceType.Cuda;
    }

    /// <summary>What <see cref="Encode"/> does.</summary>
    /// <inheritdoc cref="Encode"/>
    protected abstract Latent EncodeCore(Tensor z, Tensor t, Tensor? parameters, TaskFeatures task);

    /// <summary>What <see cref="Decode"/> does.</summary>
    /// <inheritdoc cref="Decode"/>
    protected abstract Tensor DecodeCore(Latent latent, Tensor t, Tensor? parameters, TaskFeatures task);

    /// <summary>Registers the task encoders, super-resolution's first, whatever the order of the tasks.</summary>
    /// <typeparam name="T">Their type.</typeparam>
    /// <param name="create">Makes the encoder of a task.</param>
    protected void AddTaskEncoders<T>(Func<TaskKind, T> create)
        where T : Module, ITaskEncoder
    {
        ArgumentNullException.ThrowIfNull(create);
        foreach (var task in Config.Tasks.Order())
        {
            var name = task switch
            {
                TaskKind.SuperRes => "superres" + TaskEncoderEnding,
                TaskKind.Forecast => "forecast" + TaskEncoderEnding,
                _ => throw new InvalidOperationException($"unknown task {task}"),
            };
            _taskEncoders[task] = AddModule(name, create(task));
        }
    }
}
