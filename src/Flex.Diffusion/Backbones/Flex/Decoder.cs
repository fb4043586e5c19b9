using Flex.Torch;
using Flex.Torch.Nn;

namespace Flex.Diffusion.Backbones.Flex;

/// <summary>
/// The second half of the transformer, then up-sampling blocks on the skip connections of encoder and task
/// encoder (strong conditioning; SPEC §3).
/// </summary>
public sealed class Decoder : Module
{
    private readonly FourierFeatures _fourier;
    private readonly EmbeddingMlp _timeEmbed;
    private readonly EmbeddingMlp? _condEmbed;
    private readonly ModuleList<TransformerBlock> _blocks = new();
    private readonly LayerNorm _norm;
    private readonly ModuleList<Stage> _outputBlocks = new();
    private readonly GroupNorm _finalNorm;
    private readonly Conv2d _finalConv;

    /// <summary>Creates the decoder.</summary>
    /// <param name="config">The architecture.</param>
    public Decoder(FlexConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var e = config.Embedding;
        _fourier = AddModule("MPFourier", new FourierFeatures(e));
        _timeEmbed = AddModule("time_embed", new EmbeddingMlp(e, 2 * e, e));
        _condEmbed = config.Parameters > 0 ? AddModule("cond_embed", new EmbeddingMlp(config.Parameters, 2 * e, e)) : null;
        AddModule("tr_blocks", _blocks);
        for (var i = 0; i < config.Depth / 2; i++)
        {
            _blocks.Add(new TransformerBlock(e, config.Heads, config.MlpRatio, config.Dropout, tanh: true, skip: true));
        }

        _norm = AddModule("norm", new LayerNorm(e));
        AddModule("output_blocks", _outputBlocks);
        var width = AddOutputBlocks(config);
        var final = AddModule("final_layer", new Numbered());
        _finalNorm = final.At(0, new GroupNorm(width));
        _finalConv = final.At(2, new Conv2d(width, config.Channels, mode: config.Padding, zero: true));
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
        var head = task.Head;
        var x = Attend(latent, tau).Slice(1, 1).Transpose(1, 2).Reshape(head.Shape) + head;
        for (var i = 0; i < _outputBlocks.Items.Count; i++)
        {
            // Skips are consumed last in, first out; the encoder's list begins with one entry a module of the task encoder.
            var module = task.Skips.Count - 1 - i;
            using var inner = new TensorScope();
            var joined = Tensor.Cat([x, latent.Skips[module] + task.Skips[module]], 1);
            var next = _outputBlocks.Items[i].Forward(joined, tau);
            x.Dispose();
            x = inner.Keep(next);
        }

        return scope.Keep(_finalConv.Forward(_finalNorm.ForwardSilu(x)));
    }

    /// <summary>τ, the sum of the decoder's own time and parameter embeddings.</summary>
    internal Tensor Embed(Tensor t, Tensor? parameters)
    {
        var tau = _timeEmbed.Forward(_fourier.Forward(t));
        return _condEmbed is null ? tau : tau + _condEmbed.Forward(parameters!);
    }

    /// <summary>The transformer's second half: τ joins the leading token, each block its skip; then the norm.</summary>
    internal Tensor Attend(Latent latent, Tensor tau)
    {
        using var scope = new TensorScope();
        var x = Tensor.Cat([latent.Tokens.Slice(1, 0, 1) + tau.Unsqueeze(1), latent.Tokens.Slice(1, 1)], 1);
        var last = latent.Skips.Count - 1;
        for (var i = 0; i < _blocks.Items.Count; i++)
        {
            x = _blocks.Items[i].Forward(x, latent.Skips[last - i]);
        }

        return scope.Keep(_norm.Forward(x));
    }

    private int AddOutputBlocks(FlexConfig config)
    {
        var e = config.Embedding;
        var skipChannels = new Stack<int>([config.ModelChannels[0]]);
        for (var level = 0; level < config.Levels; level++)
        {
            // The down block of the last level feeds output_blocks[0], whose width is known.
            var downBlock = level < config.Levels - 1 ? 1 : 0;
            for (var i = 0; i < config.ResBlocks[level] + downBlock; i++)
            {
                skipChannels.Push(config.ModelChannels[level]);
            }
        }

        _outputBlocks.Add(new Stage(new ResidualBlock(2 * e, e, e, config, Resize.Up)));
        var width = e;
        for (var level = config.Levels - 1; level >= 0; level--)
        {
            for (var i = 0; i <= config.ResBlocks[level]; i++)
            {
                var block = new ResidualBlock(width + skipChannels.Pop(), config.ModelChannels[level], e, config);
                width = config.ModelChannels[level];
                _outputBlocks.Add(level > 0 && i == config.ResBlocks[level]
                    ? new Stage(block, new ResidualBlock(width, width, e, config, Resize.Up))
                    : new Stage(block));
            }
        }

        return width;
    }
}
