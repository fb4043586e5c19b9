using Flex.Diffusion.Backbones.Transformers;
using Flex.Torch;
using Flex.Torch.Nn;

namespace Flex.Diffusion.Backbones.Convolutions;

/// <summary>Self-attention between the pixels of a field, added to it (the U-Net of guided diffusion).</summary>
public sealed class SpatialAttention : Module
{
    private readonly int _heads;
    private readonly GroupNorm _norm;
    private readonly PointwiseConvolution _qkv;
    private readonly PointwiseConvolution _proj;

    /// <summary>Creates the layer.</summary>
    /// <param name="channels">C.</param>
    /// <param name="heads">The number of heads; divides C.</param>
    public SpatialAttention(int channels, int heads)
    {
        _heads = heads;
        _norm = AddModule("norm", new GroupNorm(channels));
        _qkv = AddModule("qkv", new PointwiseConvolution(channels, 3 * channels));
        _proj = AddModule("proj_out", new PointwiseConvolution(channels, channels, zero: true));
    }

    /// <summary>Applies the layer.</summary>
    /// <param name="x">(B, C, H, W).</param>
    /// <returns>(B, C, H, W).</returns>
    public Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        using var scope = new TensorScope();

        // The original scales q and k by c^(-1/4) each, for half precision's sake; in float32 scaling q by c^(-1/2) is the same.
        var y = _proj.Forward(Attention.MultiHead(_qkv.Forward(Tokens.FromGrid(_norm.Forward(x))), _heads));
        return scope.Keep(x + Tokens.ToGrid(y, (int)x.Size(2)));
    }
}
