using Flex.Torch;
using Flex.Torch.Nn;

namespace Flex.Diffusion.Backbones.Transformers;

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
        using var scope = new TensorScope();
        return scope.Keep(_proj.Forward(MultiHead(_qkv.Forward(x), _heads)));
    }

    /// <summary>The attention proper: cuts (q, k, v) into heads, attends, joins the heads.</summary>
    /// <param name="qkv">(B, N, 3E): q, k and v after one another, each with its heads after one another.</param>
    /// <param name="heads">The number of heads; divides E.</param>
    /// <returns>(B, N, E).</returns>
    internal static Tensor MultiHead(Tensor qkv, int heads)
    {
        using var scope = new TensorScope();
        var (batch, count, width) = (qkv.Size(0), qkv.Size(1), qkv.Size(2) / 3);
        var parts = qkv.View(batch, count, 3, heads, width / heads).Permute(2, 0, 3, 1, 4).Unbind(0);
        var y = Functional.ScaledDotProductAttention(parts[0], parts[1], parts[2]);
        return scope.Keep(y.Transpose(1, 2).Reshape(batch, count, width));
    }
}
