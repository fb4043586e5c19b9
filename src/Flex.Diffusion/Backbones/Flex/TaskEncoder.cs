using Flex.Diffusion.Backbones.Convolutions;
using Flex.Torch;
using Flex.Torch.Nn;

namespace Flex.Diffusion.Backbones.Flex;

/// <summary>Encodes a condition: convolutional blocks without time and without a transformer (SPEC §3).</summary>
public sealed class TaskEncoder : Module, ITaskEncoder
{
    private readonly Stem _stem;
    private readonly InputBlocks _inputBlocks;
    private readonly Conditioning _conditioning;

    /// <summary>Creates the encoder.</summary>
    /// <param name="task">The task whose conditions it takes.</param>
    /// <param name="config">The architecture.</param>
    public TaskEncoder(TaskKind task, FlexConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        _stem = config.Stem;
        config = config.Inner;
        var e = config.Embedding;
        _inputBlocks = AddModule("input_blocks", new InputBlocks(config.ConditionChannels(task), config.Pyramid));
        var condEmbed = config.Parameters > 0 ? AddModule("cond_embed", new EmbeddingMlp(config.Parameters, 2 * e, e)) : null;
        _conditioning = new Conditioning(e, Fourier: null, Time: null, condEmbed);
    }

    /// <summary>Encodes the condition.</summary>
    /// <param name="condition">(B, C, H, W).</param>
    /// <param name="parameters">(B, P), or null where P = 0.</param>
    /// <returns>The head, (B, E, H/2^L, W/2^L), and the output of every module.</returns>
    public TaskFeatures Forward(Tensor condition, Tensor? parameters)
    {
        using var scope = new TensorScope();
        var outputs = _inputBlocks.Forward(_stem.Enter(condition), _conditioning.Of(condition, t: null, parameters));
        outputs.ForEach(output => scope.Keep(output));
        return new TaskFeatures(outputs[^1], outputs);
    }
}
