using Flex.Torch;
using Flex.Torch.Nn;

namespace Flex.Diffusion.Backbones.Transformers;

/// <summary>One half of a transformer with long skip connections: the encoder's makes them, the decoder's consumes them.</summary>
public sealed class TransformerStack : Module
{
    private readonly TransformerBlock[] _blocks;

    /// <summary>Creates the half.</summary>
    /// <param name="count">Its blocks.</param>
    /// <param name="form">What they share.</param>
    /// <param name="skip">Whether they join skip connections: the decoder's half.</param>
    public TransformerStack(int count, TransformerForm form, bool skip = false) =>
        _blocks = [.. Enumerable.Range(0, count).Select(i => AddModule($"{i}", new TransformerBlock(form, skip)))];

    /// <summary>Applies the encoder's half.</summary>
    /// <param name="x">(B, N, E).</param>
    /// <returns>The output of every block, first to last, in the caller's scope.</returns>
    public List<Tensor> Encode(Tensor x)
    {
        var outputs = new List<Tensor>();
        foreach (var block in _blocks)
        {
            x = Segment(inputs => block.Forward(inputs[0]), x);
            outputs.Add(x);
        }

        return outputs;
    }

    /// <summary>Applies the decoder's half.</summary>
    /// <param name="x">(B, N, E).</param>
    /// <param name="skips">The skip connections; the last ones are consumed, last in, first out.</param>
    /// <returns>(B, N, E).</returns>
    public Tensor Decode(Tensor x, IReadOnlyList<Tensor> skips)
    {
        ArgumentNullException.ThrowIfNull(skips);
        using var scope = new TensorScope();
        for (var i = 0; i < _blocks.Length; i++)
        {
            var block = _blocks[i];
            x = Segment(inputs => block.Forward(inputs[0], inputs[1]), x, skips[skips.Count - 1 - i]);
        }

        return scope.Keep(x);
    }
}
