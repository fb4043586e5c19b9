using Flex.Torch.Native;

namespace Flex.Torch;

/// <summary>Discrete Fourier transforms over the last two dimensions, unnormalised forward and 1/(H·W) backward.</summary>
public static class Fft
{
    private static readonly Operator Rfft2Op = new("fft_rfft2");
    private static readonly Operator Irfft2Op = new("fft_irfft2");
    private static readonly Operator RealToComplexOp = new("_fft_r2c", "out");
    private static readonly Operator ComplexToComplexOp = new("_fft_c2c", "out");
    private static readonly Operator ComplexToRealOp = new("_fft_c2r", "out");

    /// <summary>(…, H, W) real to (…, H, W/2 + 1) complex.</summary>
    /// <param name="x">Real input.</param>
    /// <returns>The half spectrum.</returns>
    public static Tensor Rfft2(Tensor x) => Rfft2Op.Call(x);

    /// <summary>(…, H, W/2 + 1) complex to (…, H, W) real, the inverse of <see cref="Rfft2"/>.</summary>
    /// <param name="spectrum">A half spectrum.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <returns>The real field.</returns>
    public static Tensor Irfft2(Tensor spectrum, long height, long width) => Irfft2Op.Call(spectrum, new[] { height, width });

    /// <summary>One-sided transform over one or more dimensions into an existing tensor, unnormalised.</summary>
    /// <param name="x">Real input.</param>
    /// <param name="dims">The transformed dimensions; the last is the halved one.</param>
    /// <param name="result">Receives the half spectrum.</param>
    public static void RealToComplex(Tensor x, long[] dims, Tensor result) =>
        RealToComplexOp.CallInPlace(x, dims, (int)FftNormalization.None, true, result);

    /// <summary>Complex transform over dimensions into an existing tensor, unnormalised.</summary>
    /// <param name="x">Complex input.</param>
    /// <param name="dims">The transformed dimensions.</param>
    /// <param name="forward">The sign: e^(−i…) when true.</param>
    /// <param name="result">Receives the transform.</param>
    public static void ComplexToComplex(Tensor x, long[] dims, bool forward, Tensor result) =>
        ComplexToComplexOp.CallInPlace(x, dims, (int)FftNormalization.None, forward, result);

    /// <summary>Half spectrum to real over dimensions into an existing tensor, unnormalised.</summary>
    /// <param name="x">A half spectrum.</param>
    /// <param name="dims">The transformed dimensions; the last is the halved one.</param>
    /// <param name="lastSize">The real size of the last dimension.</param>
    /// <param name="result">Receives the real field.</param>
    public static void ComplexToReal(Tensor x, long[] dims, long lastSize, Tensor result) =>
        ComplexToRealOp.CallInPlace(x, dims, (int)FftNormalization.None, lastSize, result);

    private enum FftNormalization
    {
        None = 0,
    }
}
