using BenchmarkDotNet.Attributes;
using Flex.Torch;

namespace Flex.Benchmarks;

/// <summary>A 3×3 convolution of FLEX-small's widths: libtorch's and the gate's, forward alone and with backward.</summary>
public class ConvolutionBenchmarks
{
    private Tensor _x = null!, _weight = null!, _bias = null!, _gradient = null!;

    [Params(64, 128, 256)]
    public int Channels { get; set; }

    [Params(8, 32, 64)]
    public int Image { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _x = Numbers.Field(1, 4, Channels, Image, Image);
        _weight = Numbers.Field(2, Channels, Channels, 3, 3);
        _bias = Numbers.Normal(3, Channels);
        _gradient = Numbers.Field(4, 4, Channels, Image, Image);
        Array.ForEach([_x, _weight, _bias], tensor => tensor.RequiresGrad = true);
    }

    [Benchmark(Baseline = true)]
    public void Libtorch() => Forward((x, w, b) => Functional.Conv2d(x, w, b, padding: 1));

    [Benchmark]
    public void Gate() => Forward((x, w, b) => Functional.Conv3x3(x, w, b, 1));

    [Benchmark]
    public void LibtorchWithBackward() => Backward((x, w, b) => Functional.Conv2d(x, w, b, padding: 1));

    [Benchmark]
    public void GateWithBackward() => Backward((x, w, b) => Functional.Conv3x3(x, w, b, 1));

    private void Forward(Func<Tensor, Tensor, Tensor, Tensor> convolve)
    {
        using var noGrad = GradMode.NoGrad();
        using var scope = new TensorScope();
        convolve(_x, _weight, _bias);
    }

    private void Backward(Func<Tensor, Tensor, Tensor, Tensor> convolve)
    {
        using var scope = new TensorScope();
        Tensor.Gradients((convolve(_x, _weight, _bias) * _gradient).Sum(), [_x, _weight, _bias]);
    }
}
