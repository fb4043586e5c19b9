namespace Flex.Torch.Nn;

/// <summary>What lies beyond the edge of a field.</summary>
public enum PaddingMode
{
    /// <summary>Zeros, as in the reference.</summary>
    Zeros,

    /// <summary>The opposite edge: for fields that are periodic.</summary>
    Circular,
}

/// <summary>A convolution that keeps H and W at stride 1. Weights are kept channels-last, oneDNN's fastest order.</summary>
public sealed class Conv2d : Module
{
    private readonly Tensor _weight;
    private readonly Tensor _bias;
    private readonly int _stride;
    private readonly int _padding;
    private readonly PaddingMode _mode;
    private readonly bool _zero;

    /// <summary>Creates the layer; call <see cref="Module.Initialize"/> or load weights before use.</summary>
    /// <param name="inChannels">C.</param>
    /// <param name="outChannels">The output's channels.</param>
    /// <param name="kernel">The kernel's size; odd.</param>
    /// <param name="stride">The stride.</param>
    /// <param name="mode">What lies beyond the edge.</param>
    /// <param name="zero">Whether weight and bias begin at zero.</param>
    public Conv2d(int inChannels, int outChannels, int kernel = 3, int stride = 1, PaddingMode mode = PaddingMode.Zeros, bool zero = false)
    {
        (_stride, _padding, _mode, _zero) = (stride, kernel / 2, mode, zero);
        _weight = AddParameter("weight", [outChannels, inChannels, kernel, kernel], MemoryFormat.ChannelsLast);
        _bias = AddParameter("bias", [outChannels]);
    }

    /// <summary>Applies the layer.</summary>
    /// <param name="x">(B, C, H, W).</param>
    /// <returns>(B, out, H/stride, W/stride).</returns>
    public Tensor Forward(Tensor x)
    {
        if (_mode == PaddingMode.Zeros || _padding == 0)
        {
            return Functional.Conv2d(x, _weight, _bias, _stride, _padding);
        }

        using var scope = new TensorScope();
        return scope.Keep(Functional.Conv2d(Functional.CircularPad2d(x, _padding), _weight, _bias, _stride));
    }

    /// <inheritdoc/>
    protected override void Reset(Initializer initializer)
    {
        ArgumentNullException.ThrowIfNull(initializer);
        var bound = _zero ? 0 : 1 / Math.Sqrt(_weight.Size(1) * _weight.Size(2) * _weight.Size(3));
        initializer.Uniform(_weight, bound);
        initializer.Uniform(_bias, bound);
    }
}
