using Flex.Torch;

namespace Flex.Diffusion.Backbones.Flex;

/// <summary>FLEX (arXiv 2505.17351): a U-Net whose bottleneck is a transformer of patch size 1 (SPEC §3).</summary>
public sealed class FlexBackbone : Backbone
{
    private readonly FlexConfig _config;
    private readonly Encoder _encoder;
    private readonly Decoder _decoder;
    private readonly Dictionary<TaskKind, TaskEncoder> _taskEncoders = [];

    /// <summary>Creates the networks; call <see cref="Torch.Nn.Module.Initialize"/> or load weights before use.</summary>
    /// <param name="config">The architecture.</param>
    /// <exception cref="InputException">The architecture is impossible.</exception>
    public FlexBackbone(FlexConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Validate();
        _config = config;
        _encoder = AddModule("encoder", new Encoder(config));
        _decoder = AddModule("decoder", new Decoder(config));
        if (config.Tasks.Contains(TaskKind.SuperRes))
        {
            _taskEncoders[TaskKind.SuperRes] = AddModule("superres_encoder", new TaskEncoder(config.Channels, config));
        }

        if (config.Tasks.Contains(TaskKind.Forecast))
        {
            _taskEncoders[TaskKind.Forecast] = AddModule("forecast_encoder", new TaskEncoder(config.CondSnapshots * config.Channels, config));
        }
    }

    /// <inheritdoc/>
    public override int ImageSize => _config.ImageSize;

    /// <summary>The decoder, for those who look inside.</summary>
    internal Decoder Decoder => _decoder;

    /// <inheritdoc/>
    public override TaskFeatures EncodeTask(TaskKind task, Tensor condition, Tensor? parameters) =>
        _taskEncoders.TryGetValue(task, out var encoder)
            ? encoder.Forward(condition, parameters)
            : throw new InputException($"this model was not trained for the task {task}; it knows {string.Join(", ", _config.Tasks)}");

    /// <inheritdoc/>
    public override Latent Encode(Tensor z, Tensor t, Tensor? parameters, TaskFeatures task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return _encoder.Forward(z, t, parameters, task.Skips);
    }

    /// <inheritdoc/>
    public override Tensor Decode(Latent latent, Tensor t, Tensor? parameters, TaskFeatures task) =>
        _decoder.Forward(latent, task, t, parameters);
}
