using Flex.Torch;
using Flex.Torch.Nn;

namespace Flex.Diffusion.Backbones;

/// <summary>Multi-head self-attention; one linear layer makes (q, k, v) in that order, without bias (SPEC §3).</summary>
public sealed class Attention : Module
{
    private readonly int _heads;
    private readonly Linear _qkv;
    private readonly Linear _proj;

    /// <summary>Creates the layer.</summary>
    /// <param name="width">E.</param>
    /// <param name="heads">The number of heads; divides E.</param>
    public Attention(int width, int heads)
    {
        _heads = heads;
        _qkv = AddModule("qkv", new Linear(width, 3 * width, bias: false));
        _proj = AddModule("proj", new Linear(width, width));
    }

    /// <summary>Applies the layer.</summary>
    /// <param name="x">(B, N, E).</param>
    /// <returns>(B, N, E).</returns>
    public Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        using var scope = new TensorScope();
        var shape = x.Shape;
        var qkv = _qkv.Forward(x).View(shape[0], shape[1], 3, _heads, shape[2] / _heads).Permute(2, 0, 3, 1, 4).Unbind(0);
        var y = Functional.ScaledDotProductAttention(qkv[0], qkv[1], qkv[2]);
        return scope.Keep(_proj.Forward(y.Transpose(1, 2).Reshape(shape)));
    }
}
