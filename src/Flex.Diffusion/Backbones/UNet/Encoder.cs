using Flex.Diffusion.Backbones.Convolutions;
using Flex.Torch;

namespace Flex.Diffusion.Backbones.UNet;

/// <summary>An encoder of the U-Net: residual blocks, with attention in the shared one, then a middle of two residual blocks.</summary>
public sealed class Encoder : PlainEncoder
{
    private readonly InputBlocks _inputBlocks;
    private readonly Stage _middleBlock;
    private readonly Conditioning _conditioning;

    /// <summary>Creates an encoder.</summary>
    /// <param name="inChannels">The input's channels.</param>
    /// <param name="config">The architecture.</param>
    /// <param name="pyramid">The levels.</param>
    /// <param name="time">Whether the encoder takes time: the shared one.</param>
    public Encoder(int inChannels, UNetConfig config, Pyramid pyramid, bool time)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(pyramid);
        var (width, t, law) = (pyramid.Channels[^1], config.Embedding, pyramid.Form.Linear);
        var timeEmbed = time ? AddModule("time_embed", new EmbeddingMlp(config.BaseWidth, t, t, law)) : null;
        var condEmbed = config.Parameters > 0 ? AddModule("cond_embed", new EmbeddingMlp(config.Parameters, t, t, law)) : null;
        _inputBlocks = AddModule("input_blocks", new InputBlocks(inChannels, pyramid));
        _middleBlock = AddModule(
            "middle_block", new Stage(new ResidualBlock(width, width, pyramid.Form), new ResidualBlock(width, width, pyramid.Form)));

        // The released task encoders hold time features too, though they do not use them.
        var fourier = AddModule("emb", new FourierFeatures(config.BaseWidth));
        _conditioning = new Conditioning(t, fourier, timeEmbed, condEmbed);
    }

    /// <inheritdoc/>
    protected override (Tensor Middle, IReadOnlyList<Tensor> Outputs) Run(Tensor x, Tensor? t, Tensor? parameters)
    {
        using var scope = new TensorScope();
        var cond = _conditioning.Of(x, t, parameters);
        var outputs = _inputBlocks.Forward(x, cond);
        outputs.ForEach(output => scope.Keep(output));
        return (scope.Keep(_middleBlock.Forward(outputs[^1], cond)), outputs);
    }
}
