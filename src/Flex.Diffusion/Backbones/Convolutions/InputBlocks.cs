using Flex.Torch;
using Flex.Torch.Nn;

namespace Flex.Diffusion.Backbones.Convolutions;

/// <summary>The block list of a U-Net's encoder: the stem, then for each level its residual blocks and a down step.</summary>
public sealed class InputBlocks : Module
{
    private readonly List<Stage> _stages = [];

    /// <summary>Creates the list.</summary>
    /// <param name="inChannels">The input's channels.</param>
    /// <param name="pyramid">The levels.</param>
    public InputBlocks(int inChannels, Pyramid pyramid)
    {
        ArgumentNullException.ThrowIfNull(pyramid);
        var width = pyramid.Channels[0];
        Add(new Conv2d(inChannels, width, mode: pyramid.Form.Padding));
        for (var level = 0; level < pyramid.Levels; level++)
        {
            for (var i = 0; i < pyramid.ResBlocks[level]; i++)
            {
                Add([new ResidualBlock(width, pyramid.Channels[level], pyramid.Form), .. pyramid.Attention(level)]);
                width = pyramid.Channels[level];
            }

            if (pyramid.Reduces(level))
            {
                Add(pyramid.Down(level));
            }
        }
    }

    /// <summary>Applies the list.</summary>
    /// <param name="x">(B, C, H, W).</param>
    /// <param name="cond">(B, embedding).</param>
    /// <param name="added">What is added to the outputs of the first stages, one each: weak conditioning.</param>
    /// <returns>The output of every stage, first to last, in the caller's scope.</returns>
    public List<Tensor> Forward(Tensor x, Tensor cond, params IReadOnlyList<Tensor> added)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(added);
        using var scope = new TensorScope();
        x = x.Contiguous(MemoryFormat.ChannelsLast);
        var outputs = new List<Tensor>();
        foreach (var stage in _stages)
        {
            using var inner = new TensorScope();
            x = stage.HasInsides ? Segment(inputs => stage.Forward(inputs[0], inputs[1]), x, cond) : stage.Forward(x, cond);
            x = outputs.Count < added.Count ? Functional.AddTo(x, added[outputs.Count]) : x;
            outputs.Add(scope.Keep(inner.Keep(x)));
        }

        return outputs;
    }

    private void Add(params Module[] layers) => _stages.Add(AddModule($"{_stages.Count}", new Stage(layers)));
}
