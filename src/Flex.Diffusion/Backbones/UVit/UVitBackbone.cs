using Flex.Torch;

namespace Flex.Diffusion.Backbones.UVit;

/// <summary>The second baseline: a transformer over patches of pixels with long skip connections (arXiv 2209.12152).</summary>
public sealed class UVitBackbone : Backbone
{
    private readonly Encoder _encoder;

    /// <summary>Creates the networks; call <see cref="Torch.Nn.Module.Initialize"/> or load weights before use.</summary>
    /// <param name="config">The architecture.</param>
    /// <exception cref="InputException">The architecture is impossible.</exception>
    public UVitBackbone(UVitConfig config)
        : base(config)
    {
        _encoder = AddModule("encoder", new Encoder(config.Channels, config, time: true));
        Decoder = AddModule("decoder", new Decoder(config));
        AddTaskEncoders(task => new Encoder(config.ConditionChannels(task), config, time: false));
    }

    /// <summary>The decoder, for those who look inside.</summary>
    internal Decoder Decoder { get; }

    /// <inheritdoc/>
    protected override Latent EncodeCore(Tensor z, Tensor t, Tensor? parameters, TaskFeatures task) => _encoder.Forward(z, t, parameters);

    /// <inheritdoc/>
    protected override Tensor DecodeCore(Latent latent, Tensor t, Tensor? parameters, TaskFeatures task) =>
        Decoder.Forward(latent, task, t, parameters);
}
