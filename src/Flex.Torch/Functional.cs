using Flex.Torch.Native;

namespace Flex.Torch;

/// <summary>Operators of networks, named and defined as in <c>torch.nn.functional</c>.</summary>
public static class Functional
{
    private static readonly Operator LinearOp = new("linear");
    private static readonly Operator Conv2dOp = new("conv2d");
    private static readonly Operator Conv3x3Op = new("flexg::conv3x3");
    private static readonly Operator Conv1dOp = new("conv1d");
    private static readonly Operator GroupNormOp = new("group_norm");
    private static readonly Operator GroupNormSiluOp = new("flexg::group_norm_silu");
    private static readonly Operator GroupNormSiluInPlaceOp = new("flexg::group_norm_silu_");
    private static readonly Operator LayerNormOp = new("layer_norm");
    private static readonly Operator SiluOp = new("silu");
    private static readonly Operator GeluOp = new("gelu");
    private static readonly Operator SoftmaxOp = new("softmax", "int");
    private static readonly Operator LogSoftmaxOp = new("log_softmax", "int");
    private static readonly Operator DropoutOp = new("dropout");
    private static readonly Operator PlacedDropoutOp = new("flexg::dropout");
    private static readonly Operator AvgPool2dOp = new("avg_pool2d");
    private static readonly Operator PixelShuffleOp = new("pixel_shuffle");
    private static readonly Operator PixelUnshuffleOp = new("pixel_unshuffle");
    private static readonly Operator NearestOp = new("upsample_nearest2d");
    private static readonly Operator BilinearOp = new("upsample_bilinear2d");
    private static readonly Operator BicubicOp = new("upsample_bicubic2d");
    private static readonly Operator CircularPadOp = new("pad");
    private static readonly Operator L1LossOp = new("l1_loss");
    private static readonly Operator MseLossOp = new("mse_loss");
    private static readonly Operator HuberLossOp = new("huber_loss");
    private static readonly Operator CrossEntropyOp = new("cross_entropy_loss");

    /// <summary>x·Wᵀ + b.</summary>
    /// <param name="x">(…, in).</param>
    /// <param name="weight">(out, in).</param>
    /// <param name="bias">(out), or null.</param>
    /// <returns>(…, out).</returns>
    public static Tensor Linear(Tensor x, Tensor weight, Tensor? bias = null) => LinearOp.Call(x, weight, bias);

    /// <summary>Cross-correlation with zero padding.</summary>
    /// <param name="x">(B, C, H, W).</param>
    /// <param name="weight">(out, C, kernel, kernel).</param>
    /// <param name="bias">(out), or null.</param>
    /// <param name="stride">The stride.</param>
    /// <param name="padding">Zeros on each side.</param>
    /// <returns>(B, out, H', W').</returns>
    public static Tensor Conv2d(Tensor x, Tensor weight, Tensor? bias = null, int stride = 1, int padding = 0) =>
        Conv2dOp.Call(x, weight, bias, new long[] { stride, stride }, new long[] { padding, padding });

    /// <summary>Whether <see cref="Conv3x3"/> takes a weight and an input, and is faster than <see cref="Conv2d"/> with them.</summary>
    /// <param name="x">(B, C, H, W).</param>
    /// <param name="weight">(out, C, kernel, kernel).</param>
    /// <returns>Yes or no; the same for every B, so that a sample's answer does not depend on its batch.</returns>
    public static bool HasConv3x3(Tensor x, Tensor weight)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weight);
        const int panel = 32, leastArea = 64;
        return weight.Shape is [var results, var channels, 3, 3] && results % panel == 0 && channels % panel == 0
            && x.Shape is [_, _, var height, var width] && height * width >= leastArea
            && x.Device.Type == DeviceType.Cpu && x.DType == ScalarType.Float32;
    }

    /// <summary>
    /// <see cref="Conv2d"/> with a 3×3 kernel in a quarter of the multiplications (Winograd's F(4×4, 3×3), in the gate). It differs by float32
    /// rounding, about twice as much as libtorch's own from the exact result. See <see cref="HasConv3x3"/>.
    /// </summary>
    /// <param name="x">(B, C, H, W).</param>
    /// <param name="weight">(out, C, 3, 3).</param>
    /// <param name="bias">(out).</param>
    /// <param name="padding">Zeros on each side, 0 or 1.</param>
    /// <returns>(B, out, H', W'), channels-last.</returns>
    public static Tensor Conv3x3(Tensor x, Tensor weight, Tensor bias, int padding) => Conv3x3Op.Call(x, weight, bias, padding);

    /// <summary>Cross-correlation along one axis.</summary>
    /// <param name="x">(B, C, L).</param>
    /// <param name="weight">(out, C, kernel).</param>
    /// <param name="bias">(out), or null.</param>
    /// <returns>(B, out, L').</returns>
    public static Tensor Conv1d(Tensor x, Tensor weight, Tensor? bias = null) => Conv1dOp.Call(x, weight, bias);

    /// <summary>Normalises groups of channels to zero mean and unit variance, then scales and shifts each channel.</summary>
    /// <param name="x">(B, C, …).</param>
    /// <param name="groups">The number of groups; divides C.</param>
    /// <param name="weight">(C).</param>
    /// <param name="bias">(C).</param>
    /// <param name="eps">Added to the variance.</param>
    /// <returns>The shape of x.</returns>
    public static Tensor GroupNorm(Tensor x, int groups, Tensor? weight, Tensor? bias, double eps = 1e-5) =>
        GroupNormOp.Call(x, groups, weight, bias, eps);

    /// <summary>
    /// dropout(silu(GroupNorm(x)·(1 + scale) + shift)): one pass in the gate, composed of operators where it lacks them for the device. What is dropped
    /// follows from the state of libtorch's generator, but not in the way of <see cref="Dropout"/>.
    /// </summary>
    /// <param name="x">(B, C, H, W).</param>
    /// <param name="groups">The number of groups; divides C.</param>
    /// <param name="weight">(C).</param>
    /// <param name="bias">(C).</param>
    /// <param name="scale">(B, C), or null for 0.</param>
    /// <param name="shift">(B, C), or null for 0.</param>
    /// <param name="eps">Added to the variance.</param>
    /// <param name="dropout">The probability that an element is set to zero, in [0, 1); 0 outside training.</param>
    /// <param name="spent">Whether x is not looked at again: where no gradient is recorded the result may take its memory.</param>
    /// <returns>The shape of x; channels-last where the gate has it.</returns>
    public static Tensor GroupNormSilu(
        Tensor x, int groups, Tensor weight, Tensor bias, Tensor? scale, Tensor? shift, double eps = 1e-5, double dropout = 0, bool spent = false)
    {
        ArgumentNullException.ThrowIfNull(x);
        var isCpu = x.Device.Type == DeviceType.Cpu;
        var fused = isCpu && spent && !GradMode.IsRecording ? GroupNormSiluInPlaceOp : GroupNormSiluOp;
        return isCpu || Engine.HasCudaKernels
            ? fused.Call(x, groups, weight, bias, scale, shift, eps, dropout)
            : ComposedGroupNormSilu(x, groups, weight, bias, scale, shift, eps, dropout);
    }

    /// <summary>What <see cref="GroupNormSilu"/> is, of libtorch's own operators.</summary>
    internal static Tensor ComposedGroupNormSilu(
        Tensor x, int groups, Tensor weight, Tensor bias, Tensor? scale, Tensor? shift, double eps, double dropout = 0)
    {
        using var scope = new TensorScope();
        var h = GroupNorm(x, groups, weight, bias, eps);
        h = scale is null ? h : h * (scale.Unsqueeze(-1).Unsqueeze(-1) + 1);
        h = shift is null ? h : h + shift.Unsqueeze(-1).Unsqueeze(-1);
        return scope.Keep(Dropout(Silu(h), dropout, training: dropout > 0));
    }

    /// <summary>x + y, in the place of x where no gradient is recorded.</summary>
    /// <param name="x">Any shape; not to be looked at again.</param>
    /// <param name="y">The same shape.</param>
    /// <returns>The sum.</returns>
    public static Tensor AddTo(Tensor x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(x);
        return GradMode.IsRecording ? x + y : x.AddInPlace(y);
    }

    /// <summary>Normalises the last dimension.</summary>
    /// <param name="x">(…, E).</param>
    /// <param name="weight">(E).</param>
    /// <param name="bias">(E).</param>
    /// <param name="eps">Added to the variance.</param>
    /// <returns>The shape of x.</returns>
    public static Tensor LayerNorm(Tensor x, Tensor weight, Tensor bias, double eps = 1e-5) =>
        LayerNormOp.Call(x, weight.Shape, weight, bias, eps);

    /// <summary>x·sigmoid(x).</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The shape of x.</returns>
    public static Tensor Silu(Tensor x) => SiluOp.Call(x);

    /// <summary>The Gaussian error linear unit.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="tanh">The tanh form instead of the exact one.</param>
    /// <returns>The shape of x.</returns>
    public static Tensor Gelu(Tensor x, bool tanh) => GeluOp.Call(x, tanh ? "tanh" : "none");

    /// <summary>exp(x) over its sum along a dimension.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="dim">The dimension.</param>
    /// <returns>The shape of x.</returns>
    public static Tensor Softmax(Tensor x, int dim) => SoftmaxOp.Call(x, dim);

    /// <summary>The logarithm of the softmax.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="dim">The dimension.</param>
    /// <returns>The shape of x.</returns>
    public static Tensor LogSoftmax(Tensor x, int dim) => LogSoftmaxOp.Call(x, dim);

    /// <summary>softmax(q·kᵀ/√d)·v.</summary>
    /// <param name="q">(B, heads, N, d).</param>
    /// <param name="k">(B, heads, N, d).</param>
    /// <param name="v">(B, heads, N, d).</param>
    /// <returns>(B, heads, N, d).</returns>
    public static Tensor ScaledDotProductAttention(Tensor q, Tensor k, Tensor v)
    {
        using var scope = new TensorScope();
        var logits = (q * (1 / Math.Sqrt(q.Size(-1)))).MatMul(k.Transpose(-2, -1));
        return scope.Keep(Softmax(logits, -1).MatMul(v));
    }

    /// <summary>
    /// Sets elements to zero with probability p and scales the others by 1/(1 − p); the identity outside training. On the CPU what is dropped
    /// is a function of the generator's state, the sample's number (see <see cref="Engine.ManualSeed"/>) and the place in the sample.
    /// </summary>
    /// <param name="x">(B, …).</param>
    /// <param name="p">The probability, in [0, 1).</param>
    /// <param name="training">Whether to drop.</param>
    /// <returns>The shape of x.</returns>
    public static Tensor Dropout(Tensor x, double p, bool training)
    {
        ArgumentNullException.ThrowIfNull(x);
        return training && p > 0 && x.Device.Type == DeviceType.Cpu ? PlacedDropoutOp.Call(x, p) : DropoutOp.Call(x, p, training);
    }

    /// <summary>The means of kernel × kernel cells.</summary>
    /// <param name="x">(B, C, H, W).</param>
    /// <param name="kernel">The size of a cell.</param>
    /// <returns>(B, C, H/kernel, W/kernel).</returns>
    public static Tensor AvgPool2d(Tensor x, int kernel) => AvgPool2dOp.Call(x, new long[] { kernel, kernel });

    /// <summary>Channels to space: each r² channels become the r×r pixels of one.</summary>
    /// <param name="x">(B, r²·C, H, W).</param>
    /// <param name="factor">r.</param>
    /// <returns>(B, C, r·H, r·W).</returns>
    public static Tensor PixelShuffle(Tensor x, int factor) => PixelShuffleOp.Call(x, factor);

    /// <summary>Space to channels, the inverse of <see cref="PixelShuffle"/>.</summary>
    /// <param name="x">(B, C, r·H, r·W).</param>
    /// <param name="factor">r.</param>
    /// <returns>(B, r²·C, H, W).</returns>
    public static Tensor PixelUnshuffle(Tensor x, int factor) => PixelUnshuffleOp.Call(x, factor);

    /// <summary>Interpolation by an integer factor with align_corners = false.</summary>
    /// <param name="x">(B, C, H, W).</param>
    /// <param name="factor">The factor.</param>
    /// <param name="mode">The kernel.</param>
    /// <returns>(B, C, factor·H, factor·W).</returns>
    public static Tensor Interpolate(Tensor x, int factor, InterpolationMode mode)
    {
        var size = new[] { x.Size(2) * factor, x.Size(3) * factor };
        return mode switch
        {
            InterpolationMode.Nearest => NearestOp.Call(x, size),
            InterpolationMode.Bilinear => BilinearOp.Call(x, size, false),
            InterpolationMode.Bicubic => BicubicOp.Call(x, size, false),
            _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "unknown interpolation"),
        };
    }

    /// <summary>Periodic padding of the last two dimensions.</summary>
    /// <param name="x">(B, C, H, W).</param>
    /// <param name="padding">Cells on each side.</param>
    /// <returns>(B, C, H + 2·padding, W + 2·padding).</returns>
    public static Tensor CircularPad2d(Tensor x, int padding) =>
        CircularPadOp.Call(x, new long[] { padding, padding, padding, padding }, "circular");

    /// <summary>The mean (or the elements) of |x − y|.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="y">The same shape.</param>
    /// <param name="reduction">Mean or none.</param>
    /// <returns>The loss.</returns>
    public static Tensor L1Loss(Tensor x, Tensor y, Reduction reduction = Reduction.Mean) => L1LossOp.Call(x, y, (int)reduction);

    /// <summary>The mean (or the elements) of (x − y)².</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="y">The same shape.</param>
    /// <param name="reduction">Mean or none.</param>
    /// <returns>The loss.</returns>
    public static Tensor MseLoss(Tensor x, Tensor y, Reduction reduction = Reduction.Mean) => MseLossOp.Call(x, y, (int)reduction);

    /// <summary>The mean (or the elements) of Huber's function of x − y.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="y">The same shape.</param>
    /// <param name="delta">Where the square turns linear.</param>
    /// <param name="reduction">Mean or none.</param>
    /// <returns>The loss.</returns>
    public static Tensor HuberLoss(Tensor x, Tensor y, double delta = 1, Reduction reduction = Reduction.Mean) =>
        HuberLossOp.Call(x, y, (int)reduction, delta);

    /// <summary>The mean cross entropy of logits against class indices.</summary>
    /// <param name="logits">(B, classes).</param>
    /// <param name="classes">(B), 64-bit integers.</param>
    /// <returns>The loss, a tensor without dimensions.</returns>
    public static Tensor CrossEntropy(Tensor logits, Tensor classes) => CrossEntropyOp.Call(logits, classes);
}

/// <summary>How values between grid points are formed.</summary>
public enum InterpolationMode
{
    /// <summary>The nearest point's value.</summary>
    Nearest,

    /// <summary>Linear along each axis.</summary>
    Bilinear,

    /// <summary>Cubic convolution along each axis (a = −0.75).</summary>
    Bicubic,
}

/// <summary>What becomes of the elements of a loss, in libtorch's numbering.</summary>
public enum Reduction
{
    /// <summary>They are returned.</summary>
    None = 0,

    /// <summary>Their mean is.</summary>
    Mean = 1,
}
