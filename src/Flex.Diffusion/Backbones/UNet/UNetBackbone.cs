using Flex.Torch;

namespace Flex.Diffusion.Backbones.UNet;

/// <summary>The first baseline: a convolutional U-Net in the style of guided diffusion, with attention at coarse levels.</summary>
public sealed class UNetBackbone : Backbone
{
    private readonly Encoder _encoder;
    private readonly Decoder _decoder;

    /// <summary>Creates the networks; call <see cref="Torch.Nn.Module.Initialize"/> or load weights before use.</summary>
    /// <param name="config">The architecture.</param>
    /// <exception cref="InputException">The architecture is impossible.</exception>
    public UNetBackbone(UNetConfig config)
        : base(config)
    {
        _encoder = AddModule("encoder", new Encoder(config.Channels, config, config.Pyramid, time: true));
        _decoder = AddModule("decoder", new Decoder(config));
        AddTaskEncoders(task => new Encoder(config.ConditionChannels(task), config, config.TaskPyramid(task), time: false));
    }

    /// <inheritdoc/>
    protected override Latent EncodeCore(Tensor z, Tensor t, Tensor? parameters, TaskFeatures task) => _encoder.Forward(z, t, parameters);

    /// <inheritdoc/>
    protected override Tensor DecodeCore(Latent latent, Tensor t, Tensor? parameters, TaskFeatures task) =>
        _decoder.Forward(latent, task, t, parameters);
}
