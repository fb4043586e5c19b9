using Flex.Torch;
using Flex.Torch.Nn;

namespace Flex.Diffusion.Backbones.Convolutions;

/// <summary>Halves the resolution by a strided convolution.</summary>
public sealed class StridedDown : Module
{
    private readonly Conv2d _op;

    /// <summary>Creates the layer.</summary>
    /// <param name="channels">C.</param>
    /// <param name="padding">What lies beyond the edge of a field.</param>
    public StridedDown(int channels, PaddingMode padding) =>
        _op = AddModule("op", new Conv2d(channels, channels, stride: 2, mode: padding));

    /// <summary>Applies the layer.</summary>
    /// <param name="x">(B, C, H, W).</param>
    /// <returns>(B, C, H/2, W/2).</returns>
    public Tensor Forward(Tensor x) => _op.Forward(x);
}
