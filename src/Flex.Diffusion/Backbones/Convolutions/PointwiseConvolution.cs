using Flex.Torch;
using Flex.Torch.Nn;

namespace Flex.Diffusion.Backbones.Convolutions;

/// <summary>A one-dimensional convolution of kernel 1 over tokens: a linear layer with a convolution's weight and initial law.</summary>
public sealed class PointwiseConvolution : Module
{
    private readonly Tensor _weight;
    private readonly Tensor _bias;
    private readonly bool _zero;

    /// <summary>Creates the layer.</summary>
    /// <param name="inChannels">C.</param>
    /// <param name="outChannels">The output's channels.</param>
    /// <param name="zero">Whether weight and bias begin at zero.</param>
    public PointwiseConvolution(int inChannels, int outChannels, bool zero = false)
    {
        _zero = zero;
        _weight = AddParameter("weight", [outChannels, inChannels, 1]);
        _bias = AddParameter("bias", [outChannels]);
    }

    /// <summary>Applies the layer.</summary>
    /// <param name="tokens">(B, N, C).</param>
    /// <returns>(B, N, out).</returns>
    public Tensor Forward(Tensor tokens)
    {
        using var scope = new TensorScope();
        return scope.Keep(Functional.Linear(tokens, _weight.Squeeze(-1), _bias));
    }

    /// <inheritdoc/>
    protected override void Reset(Initializer initializer)
    {
        ArgumentNullException.ThrowIfNull(initializer);
        var bound = _zero ? 0 : 1 / Math.Sqrt(_weight.Size(1));
        initializer.Uniform(_weight, bound);
        initializer.Uniform(_bias, bound);
    }
}
