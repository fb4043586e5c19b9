using Flex.Torch;
using Flex.Torch.Nn;

namespace Flex.Diffusion.Backbones;

/// <summary>f(t) = √2·cos(t·freqs + phases), with frequencies 2π·N(0, 1) and phases 2π·U(0, 1) drawn once (SPEC §3).</summary>
public sealed class FourierFeatures : Module
{
    private readonly Tensor _freqs;
    private readonly Tensor _phases;

    /// <summary>Creates the features.</summary>
    /// <param name="channels">Their number.</param>
    public FourierFeatures(int channels)
    {
        _freqs = AddBuffer("freqs", [channels]);
        _phases = AddBuffer("phases", [channels]);
    }

    /// <summary>Embeds times.</summary>
    /// <param name="t">(B).</param>
    /// <returns>(B, channels).</returns>
    public Tensor Forward(Tensor t)
    {
        ArgumentNullException.ThrowIfNull(t);
        using var scope = new TensorScope();
        return scope.Keep(((t.Unsqueeze(1) * _freqs) + _phases).Cos() * Math.Sqrt(2));
    }

    /// <inheritdoc/>
    protected override void Reset(Initializer initializer)
    {
        ArgumentNullException.ThrowIfNull(initializer);
        initializer.Normal(_freqs, 2 * Math.PI);
        initializer.Uniform(_phases, Math.PI);
        _phases.AddInPlace(Math.PI);
    }
}
