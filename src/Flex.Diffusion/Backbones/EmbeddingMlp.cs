using Flex.Torch;
using Flex.Torch.Nn;

namespace Flex.Diffusion.Backbones;

/// <summary>Linear, SiLU, Linear: the embedding of time features or of the physical parameters (SPEC §3).</summary>
public sealed class EmbeddingMlp : Module
{
    private readonly Linear _in;
    private readonly Linear _out;

    /// <summary>Creates the embedding.</summary>
    /// <param name="inFeatures">The size of what is embedded.</param>
    /// <param name="hidden">The width between.</param>
    /// <param name="outFeatures">The size of the embedding.</param>
    /// <param name="initialization">How the weights begin.</param>
    public EmbeddingMlp(
        int inFeatures, int hidden, int outFeatures, LinearInitialization initialization = LinearInitialization.XavierUniform)
    {
        _in = AddModule("0", new Linear(inFeatures, hidden, initialization: initialization));
        _out = AddModule("2", new Linear(hidden, outFeatures, initialization: initialization));
    }

    /// <summary>Embeds.</summary>
    /// <param name="x">(B, in).</param>
    /// <returns>(B, out).</returns>
    public Tensor Forward(Tensor x)
    {
        using var scope = new TensorScope();
        return scope.Keep(_out.Forward(Functional.Silu(_in.Forward(x))));
    }
}
