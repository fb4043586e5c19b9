using Flex.Torch;
using Flex.Torch.Nn;

namespace Flex.Diffusion.Backbones.Convolutions;

/// <summary>The end of a U-Net: GroupNorm, SiLU, and a convolution that begins at zero, so that an untrained network says N = 0.</summary>
public sealed class OutputLayer : Module
{
    private readonly GroupNorm _norm;
    private readonly Conv2d _conv;

    /// <summary>Creates the layer.</summary>
    /// <param name="width">The input's channels.</param>
    /// <param name="channels">Channels of the field.</param>
    /// <param name="padding">What lies beyond the edge of a field.</param>
    public OutputLayer(int width, int channels, PaddingMode padding)
    {
        _norm = AddModule("0", new GroupNorm(width));
        _conv = AddModule("2", new Conv2d(width, channels, mode: padding, zero: true));
    }

    /// <summary>Applies the layer.</summary>
    /// <param name="x">(B, width, H, W), not to be looked at again.</param>
    /// <returns>(B, C, H, W).</returns>
    public Tensor Forward(Tensor x)
    {
        using var scope = new TensorScope();
        return scope.Keep(_conv.Forward(_norm.ForwardSilu(x, spent: true)));
    }
}
