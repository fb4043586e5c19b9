using Flex.Torch;
using Flex.Torch.Nn;

namespace Flex.Diffusion.Backbones.Transformers;

/// <summary>Makes one token of each patch of pixels by a convolution whose stride is its kernel.</summary>
public sealed class PatchEmbed : Module
{
    private readonly Conv2d _proj;

    /// <summary>Creates the layer.</summary>
    /// <param name="channels">C.</param>
    /// <param name="width">E.</param>
    /// <param name="patch">The size of a patch; divides H and W.</param>
    public PatchEmbed(int channels, int width, int patch) =>
        _proj = AddModule("proj", new Conv2d(channels, width, patch, stride: patch, padding: 0));

    /// <summary>Applies the layer.</summary>
    /// <param name="x">(B, C, H, W).</param>
    /// <returns>(B, H·W/patch², E), row-major.</returns>
    public Tensor Forward(Tensor x)
    {
        using var scope = new TensorScope();
        return scope.Keep(Tokens.FromGrid(_proj.Forward(x)));
    }
}
