using Flex.Torch;
using Flex.Torch.Nn;

namespace Flex.Diffusion.Backbones.Convolutions;

/// <summary>One numbered entry of a U-Net's block list: layers one after another, conditioned where they can be.</summary>
public sealed class Stage : Module
{
    private readonly Module[] _layers;

    /// <summary>Creates the stage.</summary>
    /// <param name="layers">Residual blocks, attention, convolutions and down-sampling steps, first to last.</param>
    public Stage(params Module[] layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        _layers = layers;
        for (var i = 0; i < layers.Length; i++)
        {
            AddModule($"{i}", layers[i]);
        }
    }

    /// <summary>Whether the stage keeps more than its input for the backward pass.</summary>
    internal bool HasInsides => _layers.Any(layer => layer is ResidualBlock or SpatialAttention);

    /// <summary>Applies the stage.</summary>
    /// <param name="x">(B, in, H, W).</param>
    /// <param name="cond">(B, embedding).</param>
    /// <param name="spent">Whether x is not looked at again, and may be overwritten where no gradient is recorded.</param>
    /// <returns>(B, out, H', W').</returns>
    public Tensor Forward(Tensor x, Tensor cond, bool spent = false)
    {
        using var scope = new TensorScope();
        foreach (var layer in _layers)
        {
            var input = x;
            x = layer switch
            {
                ResidualBlock block => block.Forward(x, cond, spent),
                SpatialAttention attention => attention.Forward(x),
                StridedDown down => down.Forward(x),
                Conv2d convolution => convolution.Forward(x),
                _ => throw new InvalidOperationException($"a stage cannot hold a {layer.GetType().Name}"),
            };
            if (spent)
            {
                input.Dispose();
            }

            spent = true;
        }

        return scope.Keep(x);
    }
}
