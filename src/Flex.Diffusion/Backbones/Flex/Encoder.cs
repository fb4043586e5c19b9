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
    private readonly FourierFeatures _fourier;
    private readonly EmbeddingMlp _timeEmbed;
    private readonly ModuleList<Stage> _inputBlocks;
    private readonly EmbeddingMlp? _condEmbed;
    private readonly ModuleList<TransformerBlock> _blocks = new();
    private readonly TransformerBlock _midBlock;

    /// <summary>Creates the encoder.</summary>
    /// <param name="config">The architecture.</param>
    public Encoder(FlexConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var e = config.Embedding;
        _weakModules = config.WeakModules;
        _posEmbed = AddParameter("pos_embed", [1, 1 + (config.Bottleneck * config.Bottleneck), e]);
        _fourier = AddModule("MPFourier", new FourierFeatures(e));
        _timeEmbed = AddModule("time_embed", new EmbeddingMlp(e, 2 * e, e));
        _inputBlocks = AddModule("input_blocks", InputBlocks.Create(config.Channels, config));
        _condEmbed = config.Parameters > 0 ? AddModule("cond_embed", new EmbeddingMlp(config.Parameters, 2 * e, e)) : null;
        AddModule("tr_blocks", _blocks);
        for (var i = 0; i < config.Depth / 2; i++)
        {
            _blocks.Add(new TransformerBlock(e, config.Heads, config.MlpRatio, config.Dropout, tanh: true, skip: false));
        }

        _midBlock = AddModule("mid_block", new TransformerBlock(e, config.Heads, config.MlpRatio, config.Dropout, tanh: true, skip: false));
    }

    /// <summary>Encodes the noisy residual.</summary>
    /// <param name="z">(B, C, H, W).</param>
    /// <param name="t">(B).</param>
    /// <param name="parameters">(B, P), or null where P = 0.</param>
    /// <param name="taskSkips">The task encoder's outputs, one a module.</param>
    /// <returns>Tokens (B, 1 + h·w, E) and the skip connections: one a module, then one a transformer block.</returns>
    public Latent Forward(Tensor z, Tensor t, Tensor? parameters, IReadOnlyList<Tensor> taskSkips)
    {
        ArgumentNullException.ThrowIfNull(z);
        ArgumentNullException.ThrowIfNull(taskSkips);
        using var scope = new TensorScope();
        var cond = _timeEmbed.Forward(_fourier.Forward(t));
        if (_condEmbed is not null)
        {
            cond += _condEmbed.Forward(parameters!);
        }

        var x = z.Contiguous(MemoryFormat.ChannelsLast);
        var skips = new List<Tensor>();
        foreach (var stage in _inputBlocks.Items)
        {
            using var inner = new TensorScope();
            x = stage.Forward(x, cond);
            x = skips.Count < _weakModules ? x + taskSkips[skips.Count] : x;
            skips.Add(scope.Keep(inner.Keep(x)));
        }

        x = Tensor.Cat([cond.Unsqueeze(1), x.Flatten(2).Transpose(1, 2)], 1) + _posEmbed;
        foreach (var block in _blocks.Items)
        {
            x = scope.Keep(block.Forward(x));
            skips.Add(x);
        }

        return new Latent(scope.Keep(_midBlock.Forward(x)), skips);
    }

    /// <inheritdoc/>
    protected override void Reset(Initializer initializer)
    {
        ArgumentNullException.ThrowIfNull(initializer);
        initializer.TruncatedNormal(_posEmbed, PositionStd);
    }
}
