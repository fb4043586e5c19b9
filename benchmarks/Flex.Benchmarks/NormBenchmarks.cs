using BenchmarkDotNet.Attributes;
using Flex.Torch;

namespace Flex.Benchmarks;

/// <summary>silu(GroupNorm(x)·(1 + scale) + shift): the gate's one pass and libtorch's operators, with backward.</summary>
public class NormBenchmarks
{
    private Tensor _x = null!, _weight = null!, _bias = null!, _scale = null!, _shift = null!, _gradient = null!;

    [Params(1, 4)]
    public int Batch { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        const int channels = 64, image = 64;
        _x = Numbers.Field(1, Batch, channels, image, image);
        (_weight, _bias) = (Numbers.Normal(2, channels), Numbers.Normal(3, channels));
        (_scale, _shift) = (Numbers.Normal(4, Batch, channels), Numbers.Normal(5, Batch, channels));
        _gradient = Numbers.Field(6, Batch, channels, image, image);
        Array.ForEach([_x, _weight, _bias, _scale, _shift], tensor => tensor.RequiresGrad = true);
    }

    [Benchmark(Baseline = true)]
    public void Composed() => Run(() =>
    {
        var h = Functional.GroupNorm(_x, 32, _weight, _bias) * (_scale.Unsqueeze(-1).Unsqueeze(-1) + 1);
        return Functional.Silu(h + _shift.Unsqueeze(-1).Unsqueeze(-1));
    });

    [Benchmark]
    public void Fused() => Run(() => Functional.GroupNormSilu(_x, 32, _weight, _bias, _scale, _shift));

    private void Run(Func<Tensor> forward)
    {
        using var scope = new TensorScope();
        Tensor.Gradients((forward() * _gradient).Sum(), [_x, _weight, _bias, _scale, _shift]);
    }
}
