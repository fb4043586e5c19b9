using Flex.Torch;
using Flex.Torch.Nn;

namespace Flex.Diffusion.Backbones.Transformers;

/// <summary>x += Attn(LN(x)); x += MLP(LN(x)); a decoder block first joins its skip connection (SPEC §3).</summary>
public sealed class TransformerBlock : Module
{
    private const double Eps = 1e-6;

    private readonly LayerNorm _norm1;
    private readonly Attention _attention;
    private readonly LayerNorm _norm2;
    private readonly Mlp _mlp;
    private readonly Linear? _skipLinear;

    /// <summary>Creates the block.</summary>
    /// <param name="form">What it shares with the network's other blocks.</param>
    /// <param name="skip">Whether the block joins a skip connection.</param>
    public TransformerBlock(TransformerForm form, bool skip)
    {
        ArgumentNullException.ThrowIfNull(form);
        _norm1 = AddModule("norm1", new LayerNorm(form.Width, Eps));
        _attention = AddModule("attn", new Attention(form.Width, form.Heads));
        _norm2 = AddModule("norm2", new LayerNorm(form.Width, Eps));
        _mlp = AddModule("mlp", new Mlp(form));
        _skipLinear = skip ? AddModule("skip_linear", new Linear(2 * form.Width, form.Width)) : null;
    }

    /// <summary>Applies the block.</summary>
    /// <param name="x">(B, N, E).</param>
    /// <param name="skip">(B, N, E) where the block joins one, else null.</param>
    /// <returns>(B, N, E).</returns>
    public Tensor Forward(Tensor x, Tensor? skip = null)
    {
        using var scope = new TensorScope();
        if (_skipLinear is not null && skip is not null)
        {
            x = _skipLinear.Forward(Tensor.Cat([x, skip], -1));
        }

        x += _attention.Forward(_norm1.Forward(x));
        return scope.Keep(x + _mlp.Forward(_norm2.Forward(x)));
    }
}
