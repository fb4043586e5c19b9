using Flex.Torch;
using Flex.Torch.Nn;

namespace Flex.Diffusion.Backbones.Flex;

/// <summary>Encodes a condition: convolutional blocks without time and without a transformer (SPEC §3).</summary>
public sealed class TaskEncoder : Module
{
    private readonly int _embedding;
    private readonly ModuleList<Stage> _inputBlocks;
    private readonly EmbeddingMlp? _condEmbed;

    /// <summary>Creates the encoder.</summary>
    /// <param name="inChannels">The condition's channels.</param>
    /// <param name="config">The architecture.</param>
    public TaskEncoder(int inChannels, FlexConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        _embedding = config.Embedding;
        _inputBlocks = AddModule("input_blocks", InputBlocks.Create(inChannels, config));
        _condEmbed = config.Parameters > 0
            ? AddModule("cond_embed", new EmbeddingMlp(config.Parameters, 2 * config.Embedding, config.Embedding))
            : null;
    }

    /// <summary>Encodes the condition.</summary>
    /// <param name="condition">(B, C, H, W).</param>
    /// <param name="parameters">(B, P), or null where P = 0.</param>
    /// <returns>The head, (B, E, H/2^L, W/2^L), and the output of every module.</returns>
    public TaskFeatures Forward(Tensor condition, Tensor? parameters)
    {
        ArgumentNullException.ThrowIfNull(condition);
        using var scope = new TensorScope();
        var cond = _condEmbed?.Forward(parameters!) ?? Tensor.Zeros([condition.Size(0), _embedding], device: condition.Device);
        var x = condition.Contiguous(MemoryFormat.ChannelsLast);
        var skips = new List<Tensor>();
        foreach (var stage in _inputBlocks.Items)
        {
            x = scope.Keep(stage.Forward(x, cond));
            skips.Add(x);
        }

        return new TaskFeatures(x, skips);
    }
}
