using Flex.Torch;
using Flex.Torch.Nn;

namespace Flex.Diffusion.Backbones;

/// <summary>The transformer's two linear layers with a GELU between, and dropout after each (SPEC §3).</summary>
public sealed class Mlp : Module
{
    private readonly bool _tanh;
    private readonly double _dropout;
    private readonly Linear _fc1;
    private readonly Linear _fc2;

    /// <summary>Creates the layers.</summary>
    /// <param name="width">E.</param>
    /// <param name="ratio">The hidden width over E.</param>
    /// <param name="dropout">The rate of dropout.</param>
    /// <param name="tanh">The tanh form of the GELU instead of the exact one.</param>
    public Mlp(int width, int ratio, double dropout, bool tanh)
    {
        (_tanh, _dropout) = (tanh, dropout);
        _fc1 = AddModule("fc1", new Linear(width, ratio * width));
        _fc2 = AddModule("fc2", new Linear(ratio * width, width));
    }

    /// <summary>Applies the layers.</summary>
    /// <param name="x">(B, N, E).</param>
    /// <returns>(B, N, E).</returns>
    public Tensor Forward(Tensor x)
    {
        using var scope = new TensorScope();
        var h = Functional.Dropout(Functional.Gelu(_fc1.Forward(x), _tanh), _dropout, Training);
        return scope.Keep(Functional.Dropout(_fc2.Forward(h), _dropout, Training));
    }
}
