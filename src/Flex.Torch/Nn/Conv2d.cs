namespace Flex.Torch.Nn;

/// <summary>What lies beyond the edge of a field.</summary>
public enum PaddingMode
{
    /// <summary>Zeros, as in the reference.</summary>
    Zeros,

    /// <summary>The opposite edge: for fields that are periodic.</summary>
    Circular,
}

/// <summary>A convolution, which by default keeps H and W at stride 1. Weights are kept channels-last, oneDNN's fastest order.</summary>
public sealed class Conv2d : Module
{
    private const int Narrowest = 16;

    private readonly Tensor _weight;
    private readonly Tensor _bias;
    private readonly int _stride;
    private readonly int _padding;
    private readonly PaddingMode _mode;
    private readonly bool _zero;

    /// <summary>The stem and the last layer: they cost little, and their rounding would go straight into the field.</summary>
    private readonly bool _narrow;

    /// <summary>Creates the layer; call <see cref="Module.Initialize"/> or load weights before use.</summary>
    /// <param name="inChannels">C.</param>
    /// <param name="outChannels">The output's channels.</param>
    /// <param name="kernel">The kernel's size; odd, unless <paramref name="padding"/> is given.</param>
    /// <param name="stride">The stride.</param>
    /// <param name="mode">What lies beyond the edge.</param>
    /// <param name="zero">Whether weight and bias begin at zero.</param>
    /// <param name="padding">Cells added on each side; half the kernel by default.</param>
    public Conv2d(
        int inChannels, int outChannels, int kernel = 3, int stride = 1, PaddingMode mode = PaddingMode.Zeros, bool zero = false, int? padding = null)
    {
        (_stride, _padding, _mode, _zero) = (stride, padding ?? (kernel / 2), mode, zero);
        _narrow = inChannels < Narrowest || outChannels < Narrowest;
        _weight = AddParameter("weight", [outChannels, inChannels, kernel, kernel], MemoryFormat.ChannelsLast);
        _bias = AddParameter("bias", [outChannels]);
    }

    /// <summary>
    /// The type in which products are formed. With <see cref="ScalarType.BFloat16"/> input and weight are rounded to
    /// it, sums are still float32 and so is the result: about twice as fast where the processor has avx512_bf16.
    /// </summary>
    public ScalarType ComputeType { get; set; } = ScalarType.Float32;

    /// <summary>Applies the layer.</summary>
    /// <param name="x">(B, C, H, W).</param>
    /// <returns>(B, out, H/stride, W/stride), channels-last.</returns>
    public Tensor Forward(Tensor x)
    {
        using var scope = new TensorScope();
        var circular = _mode == PaddingMode.Circular && _padding > 0;
        x = circular ? Functional.CircularPad2d(x, _padding) : x;
        var padding = circular ? 0 : _padding;
        var y = _narrow && x.Device.Type == DeviceType.Cuda
            ? ConvolveExactly(x, padding)
            : ComputeType == ScalarType.Float32 || _narrow
            ? Convolve(x, padding)
            : Functional.Conv2d(x.To(ComputeType), _weight.To(ComputeType), _bias.To(ComputeType), _stride, padding).To(ScalarType.Float32);
        return scope.Keep(y);
    }

    // Under autocast what follows the stem is to be bfloat16, but the field itself stays float32.
    private Tensor ConvolveExactly(Tensor x, int padding)
    {
        using var exact = Autocast.Suspend();
        var y = Convolve(x.To(ScalarType.Float32), padding);
        return exact.WasOn && _weight.Size(0) >= Narrowest ? y.To(ScalarType.BFloat16) : y;
    }

    // Of a field with one channel libtorch cannot tell the order, and would answer row-major; what follows would then be turned time and again.
    private Tensor Convolve(Tensor x, int padding) => _stride == 1 && Functional.HasConv3x3(x, _weight)
        ? Functional.Conv3x3(x, _weight, _bias, padding)
        : Functional.Conv2d(x, _weight, _bias, _stride, padding).Contiguous(MemoryFormat.ChannelsLast);

    /// <inheritdoc/>
    protected override void Reset(Initializer initializer)
    {
        ArgumentNullException.ThrowIfNull(initializer);
        var bound = _zero ? 0 : 1 / Math.Sqrt(_weight.Size(1) * _weight.Size(2) * _weight.Size(3));
        initializer.Uniform(_weight, bound);
        initializer.Uniform(_bias, bound);
    }
}
