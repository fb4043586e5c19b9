using Flex.Diffusion.Backbones.Transformers;
using Flex.Torch;
using Flex.Torch.Nn;

namespace Flex.Diffusion.Backbones.UVit;

/// <summary>The U-ViT's decoder: all tokens plus the task encoder's, transformer blocks on both encoders' skips, and patches of pixels.</summary>
public sealed class Decoder : Module
{
    private const double NormEps = 1e-6;
    private const double ParameterDropout = 0.1;

    private readonly int _patch;
    private readonly int _tokenGrid;
    private readonly Conditioning _time;
    private readonly EmbeddingMlp? _condEmbed;
    private readonly TransformerStack _blocks;
    private readonly LayerNorm _norm;
    private readonly Linear _pred;
    private readonly Conv2d _finalLayer;

    /// <summary>Creates the decoder.</summary>
    /// <param name="config">The architecture.</param>
    public Decoder(UVitConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var e = config.EmbedDim;
        (_patch, _tokenGrid) = (config.PatchSize, config.TokenGrid);
        var fourier = AddModule("MPFourier", new FourierFeatures(e));
        _time = new Conditioning(e, fourier, AddModule("time_embed", new EmbeddingMlp(e, 2 * e, e)), Parameters: null);
        _condEmbed = config.Parameters > 0 ? AddModule("cond_embed", new EmbeddingMlp(config.Parameters, 2 * e, e)) : null;
        _blocks = AddModule("out_blocks", new TransformerStack(config.Depth / 2, config.Transformer, skip: true));
        _norm = AddModule("norm", new LayerNorm(e, NormEps));
        _pred = AddModule("decoder_pred", new Linear(e, _patch * _patch * config.Channels));
        _finalLayer = AddModule("final_layer", new Conv2d(config.Channels, config.Channels, mode: config.Padding));
    }

    /// <summary>Decodes the latent.</summary>
    /// <param name="latent">The shared encoder's output.</param>
    /// <param name="task">The condition's features.</param>
    /// <param name="t">(B).</param>
    /// <param name="parameters">(B, P), or null where P = 0.</param>
    /// <returns>(B, C, H, W).</returns>
    public Tensor Forward(Latent latent, TaskFeatures task, Tensor t, Tensor? parameters)
    {
        using var scope = new TensorScope();
        var patches = _pred.Forward(Attend(latent, task, t, parameters).Slice(1, 1));
        return scope.Keep(_finalLayer.Forward(Tokens.ToGrid(patches, _tokenGrid, _patch)));
    }

    /// <summary>The transformer's second half, up to the norm.</summary>
    internal Tensor Attend(Latent latent, TaskFeatures task, Tensor t, Tensor? parameters)
    {
        using var scope = new TensorScope();
        Tensor[] skips = [.. latent.Skips.Zip(task.Skips, (encoder, condition) => encoder + condition)];
        var tokens = Tokens.AddToFirst(latent.Tokens + task.Head, Embed(t, parameters));
        return scope.Keep(_norm.Forward(_blocks.Decode(tokens, skips)));
    }

    /// <summary>τ; in training the parameters are hidden from some of the samples, without rescaling for the others.</summary>
    private Tensor Embed(Tensor t, Tensor? parameters)
    {
        using var scope = new TensorScope();
        var tau = _time.Of(t, t, parameters: null);
        if (_condEmbed is null)
        {
            return scope.Keep(tau);
        }

        var kept = Functional.Dropout(Tensor.Ones([t.Size(0), 1], device: t.Device), ParameterDropout, Training).Sign();
        return scope.Keep(tau + (kept * _condEmbed.Forward(parameters!)));
    }
}
