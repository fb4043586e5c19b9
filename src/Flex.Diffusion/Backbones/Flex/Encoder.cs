using Flex.Diffusion.Backbones.Convolutions;
using Flex.Diffusion.Backbones.Transformers;
using Flex.Torch;
using Flex.Torch.Nn;

namespace Flex.Diffusion.Backbones.Flex;

/// <summary>
/// The shared encoder: convolutional blocks with time and weak conditioning, then the first half of the
/// transformer over the bottleneck's pixels and one token that holds the embedding (SPEC §3).
/// </summary>
public sealed class Encoder : Module
{
    private const double PositionStd = 0.02;

    private readonly int _weakModules;
    private readonly Tensor _posEmbed;
    private readonly InputBlocks _inputBlocks;
    private readonly Conditioning _conditioning;
    private readonly PatchEmbed? _patchEmbed;
    private readonly TransformerStack _blocks;
    private readonly TransformerBlock _midBlock;

    /// <summary>Creates the encoder.</summary>
    /// <param name="config">The architecture.</param>
    public Encoder(FlexConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var e = config.Embedding;
        _weakModules = config.WeakModules;
        _posEmbed = AddParameter("pos_embed", [1, 1 + (config.TokenGrid * config.TokenGrid), e]);
        var fourier = AddModule("MPFourier", new FourierFeatures(e));
        var timeEmbed = AddModule("time_embed", new EmbeddingMlp(e, 2 * e, e));
        _inputBlocks = AddModule("input_blocks", new InputBlocks(config.Channels, config.Pyramid));
        var condEmbed = config.Parameters > 0 ? AddModule("cond_embed", new EmbeddingMlp(config.Parameters, 2 * e, e)) : null;
        _conditioning = new Conditioning(e, fourier, timeEmbed, condEmbed);
        _patchEmbed = config.BottleneckPatch > 1 ? AddModule("patch_embed", new PatchEmbed(e, e, config.BottleneckPatch)) : null;
        _blocks = AddModule("tr_blocks", new TransformerStack(config.Depth / 2, config.Transformer));
        _midBlock = AddModule("mid_block", new TransformerBlock(config.Transformer, skip: false));
    }

    /// <summary>Encodes the noisy residual.</summary>
    /// <param name="z">(B, C, H, W).</param>
    /// <param name="t">(B).</param>
    /// <param name="parameters">(B, P), or null where P = 0.</param>
    /// <param name="taskSkips">The task encoder's outputs, one a module.</param>
    /// <returns>Tokens (B, 1 + N, E) and the skip connections: one a module, then one a transformer block.</returns>
    public Latent Forward(Tensor z, Tensor t, Tensor? parameters, IReadOnlyList<Tensor> taskSkips)
    {
        using var scope = new TensorScope();
        var cond = _conditioning.Of(z, t, parameters);
        var skips = _inputBlocks.Forward(z, cond, [.. taskSkips.Take(_weakModules)]);
        var tokens = Tokens.Prepend(cond, _patchEmbed?.Forward(skips[^1]) ?? Tokens.FromGrid(skips[^1])) + _posEmbed;
        var outputs = _blocks.Encode(tokens);
        skips.AddRange(outputs);
        skips.ForEach(skip => scope.Keep(skip));
        return new Latent(scope.Keep(_midBlock.Forward(outputs.Count > 0 ? outputs[^1] : tokens)), skips);
    }

    /// <inheritdoc/>
    protected override void Reset(Initializer initializer)
    {
        ArgumentNullException.ThrowIfNull(initializer);
        initializer.TruncatedNormal(_posEmbed, PositionStd);
    }
}
