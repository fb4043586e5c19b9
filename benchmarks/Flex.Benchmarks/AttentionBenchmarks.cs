using BenchmarkDotNet.Attributes;
using Flex.Diffusion.Backbones.Transformers;
using Flex.Torch;

namespace Flex.Benchmarks;

/// <summary>A transformer block of FLEX-small on the bottleneck of a 64², a 128² and a 256² field.</summary>
public class AttentionBenchmarks
{
    private readonly TransformerBlock _block = new(new TransformerForm(Width: 256, Heads: 4, MlpRatio: 2, Dropout: 0.1, TanhGelu: true), skip: false);
    private Tensor _tokens = null!;

    [Params(17, 65, 257)]
    public int Tokens { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _block.Initialize(1);
        _block.Eval();
        _tokens = Numbers.Normal(1, 4, Tokens, 256);
    }

    [Benchmark]
    public void Block()
    {
        using var noGrad = GradMode.NoGrad();
        using var scope = new TensorScope();
        _block.Forward(_tokens);
    }
}
