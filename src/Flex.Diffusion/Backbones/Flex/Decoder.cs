using Flex.Diffusion.Backbones.Convolutions;
using Flex.Diffusion.Backbones.Transformers;
using Flex.Torch;
using Flex.Torch.Nn;

namespace Flex.Diffusion.Backbones.Flex;

/// <summary>
/// The second half of the transformer, then up-sampling blocks on the skip connections of encoder and task
/// encoder (strong conditioning; SPEC §3).
/// </summary>
public sealed class Decoder : Module
{
    private readonly int _patch;
    private readonly int _tokenGrid;
    private readonly Conditioning _conditioning;
    private readonly TransformerStack _blocks;
    private readonly LayerNorm _norm;
    private readonly Linear? _patchPred;
    private readonly OutputBlocks _outputBlocks;
    private readonly OutputLayer _finalLayer;

    /// <summary>Creates the decoder.</summary>
    /// <param name="config">The architecture.</param>
    public Decoder(FlexConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var e = config.Embedding;
        (_patch, _tokenGrid) = (config.BottleneckPatch, config.TokenGrid);
        var fourier = AddModule("MPFourier", new FourierFeatures(e));
        var timeEmbed = AddModule("time_embed", new EmbeddingMlp(e, 2 * e, e));
        var condEmbed = config.Parameters > 0 ? AddModule("cond_embed", new EmbeddingMlp(config.Parameters, 2 * e, e)) : null;
        _conditioning = new Conditioning(e, fourier, timeEmbed, condEmbed);
        _blocks = AddModule("tr_blocks", new TransformerStack(config.Depth / 2, config.Transformer, skip: true));
        _norm = AddModule("norm", new LayerNorm(e));
        _patchPred = _patch > 1 ? AddModule("decoder_pred", new Linear(e, _patch * _patch * e)) : null;
        _outputBlocks = AddModule("output_blocks", new OutputBlocks(config.Pyramid));
        _finalLayer = AddModule("final_layer", new OutputLayer(config.ModelChannels[0], config.Channels, config.Padding));
    }

    /// <summary>Decodes the latent.</summary>
    /// <param name="latent">The shared encoder's output.</param>
    /// <param name="task">The condition's features.</param>
    /// <param name="t">(B).</param>
    /// <param name="parameters">(B, P), or null where P = 0.</param>
    /// <returns>(B, C, H, W).</returns>
    public Tensor Forward(Latent latent, TaskFeatures task, Tensor t, Tensor? parameters)
    {
        ArgumentNullException.ThrowIfNull(latent);
        ArgumentNullException.ThrowIfNull(task);
        using var scope = new TensorScope();
        var tau = Embed(t, parameters);
        var tokens = Attend(latent, tau).Slice(1, 1);
        var x = Tokens.ToGrid(_patchPred?.Forward(tokens) ?? tokens, _tokenGrid, _patch) + task.Head;
        return scope.Keep(_finalLayer.Forward(_outputBlocks.Forward(x, latent.Skips, task.Skips, tau)));
    }

    /// <summary>τ, the sum of the decoder's own time and parameter embeddings.</summary>
    internal Tensor Embed(Tensor t, Tensor? parameters) => _conditioning.Of(t, t, parameters);

    /// <summary>The transformer's second half: τ joins the leading token, each block its skip; then the norm.</summary>
    internal Tensor Attend(Latent latent, Tensor tau)
    {
        using var scope = new TensorScope();
        return scope.Keep(_norm.Forward(_blocks.Decode(Tokens.AddToFirst(latent.Tokens, tau), latent.Skips)));
    }
}
