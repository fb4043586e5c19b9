using Flex.Diffusion.Backbones.Transformers;
using Flex.Torch;
using Flex.Torch.Nn;

namespace Flex.Diffusion.Backbones.UVit;

/// <summary>An encoder of the U-ViT: tokens of patches and a leading one that holds the embedding, then the first half of the transformer.</summary>
public sealed class Encoder : PlainEncoder
{
    private const double PositionStd = 0.02;

    private readonly Tensor _posEmbed;
    private readonly PatchEmbed _patchEmbed;
    private readonly Conditioning _conditioning;
    private readonly TransformerStack _blocks;
    private readonly TransformerBlock _midBlock;

    /// <summary>Creates an encoder.</summary>
    /// <param name="inChannels">The input's channels.</param>
    /// <param name="config">The architecture.</param>
    /// <param name="time">Whether the encoder takes time: the shared one.</param>
    public Encoder(int inChannels, UVitConfig config, bool time)
    {
        ArgumentNullException.ThrowIfNull(config);
        var e = config.EmbedDim;
        _posEmbed = AddParameter("pos_embed", [1, 1 + (config.TokenGrid * config.TokenGrid), e]);
        _patchEmbed = AddModule("patch_embed", new PatchEmbed(inChannels, e, config.PatchSize));
        var fourier = time ? AddModule("MPFourier", new FourierFeatures(e)) : null;
        var timeEmbed = time ? AddModule("time_embed", new EmbeddingMlp(e, 2 * e, e)) : null;
        var condEmbed = config.Parameters > 0 ? AddModule("cond_embed", new EmbeddingMlp(config.Parameters, 2 * e, e)) : null;
        _conditioning = new Conditioning(e, fourier, timeEmbed, condEmbed);
        _blocks = AddModule("in_blocks", new TransformerStack(config.Depth / 2, config.Transformer));
        _midBlock = AddModule("mid_block", new TransformerBlock(config.Transformer, skip: false));
    }

    /// <inheritdoc/>
    protected override void Reset(Initializer initializer)
    {
        ArgumentNullException.ThrowIfNull(initializer);
        initializer.TruncatedNormal(_posEmbed, PositionStd);
    }

    /// <inheritdoc/>
    protected override (Tensor Middle, IReadOnlyList<Tensor> Outputs) Run(Tensor x, Tensor? t, Tensor? parameters)
    {
        using var scope = new TensorScope();
        var tokens = Tokens.Prepend(_conditioning.Of(x, t, parameters), _patchEmbed.Forward(x)) + _posEmbed;
        var outputs = _blocks.Encode(tokens);
        outputs.ForEach(output => scope.Keep(output));
        return (scope.Keep(_midBlock.Forward(outputs.Count > 0 ? outputs[^1] : tokens)), outputs);
    }
}
