using Flex.Torch;

namespace Flex.Diffusion.Backbones.Flex;

/// <summary>FLEX (arXiv 2505.17351): a U-Net whose bottleneck is a transformer of patch size 1 (SPEC §3).</summary>
public sealed class FlexBackbone : Backbone
{
    private readonly double _strongStrength;
    private readonly Stem _stem;
    private readonly Encoder _encoder;

    /// <summary>Creates the networks; call <see cref="Torch.Nn.Module.Initialize"/> or load weights before use.</summary>
    /// <param name="config">The architecture.</param>
    /// <exception cref="InputException">The architecture is impossible.</exception>
    public FlexBackbone(FlexConfig config)
        : base(config)
    {
        (_strongStrength, _stem) = (config.StrongStrength, config.Stem);
        _encoder = AddModule("encoder", new Encoder(config.Inner));
        Decoder = AddModule("decoder", new Decoder(config.Inner));
        AddTaskEncoders(task => new TaskEncoder(task, config));
    }

    /// <summary>The decoder, for those who look inside.</summary>
    internal Decoder Decoder { get; }

    /// <inheritdoc/>
    protected override Latent EncodeCore(Tensor z, Tensor t, Tensor? parameters, TaskFeatures task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return _encoder.Forward(_stem.Enter(z), t, parameters, task.Skips);
    }

    /// <inheritdoc/>
    protected override Tensor DecodeCore(Latent latent, Tensor t, Tensor? parameters, TaskFeatures task)
    {
        ArgumentNullException.ThrowIfNull(task);
        using var scope = new TensorScope();
        return scope.Keep(_stem.Leave(Decoder.Forward(latent, task.Times(_strongStrength), t, parameters)));
    }
}
