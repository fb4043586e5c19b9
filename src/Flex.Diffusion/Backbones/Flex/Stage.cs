using Flex.Torch;
using Flex.Torch.Nn;

namespace Flex.Diffusion.Backbones.Flex;

/// <summary>One numbered entry of a U-Net's block list: the stem's convolution, or residual blocks one after another.</summary>
public sealed class Stage : Module
{
    private readonly Conv2d? _stem;
    private readonly ResidualBlock[] _blocks;

    /// <summary>A stage of residual blocks.</summary>
    /// <param name="blocks">The blocks.</param>
    public Stage(params ResidualBlock[] blocks)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        _blocks = blocks;
        for (var i = 0; i < blocks.Length; i++)
        {
            AddModule($"{i}", blocks[i]);
        }
    }

    /// <summary>The stem.</summary>
    /// <param name="stem">Its convolution.</param>
    public Stage(Conv2d stem)
    {
        _stem = AddModule("0", stem);
        _blocks = [];
    }

    /// <summary>Applies the stage.</summary>
    /// <param name="x">(B, in, H, W).</param>
    /// <param name="cond">(B, embedding).</param>
    /// <returns>(B, out, H', W').</returns>
    public Tensor Forward(Tensor x, Tensor cond)
    {
        using var scope = new TensorScope();
        x = _stem?.Forward(x) ?? x;
        foreach (var block in _blocks)
        {
            x = block.Forward(x, cond);
        }

        return scope.Keep(x);
    }
}
