using Flex.Diffusion.Backbones;
using Flex.Diffusion.Backbones.Flex;
using Flex.Torch;
using Flex.Torch.Nn;
using Flex.Torch.Random;

namespace Flex.Diffusion.Tests;

public sealed class FlexBackboneTests
{
    private static readonly FlexConfig Small = new()
    {
        ImageSize = 16,
        ModelChannels = [32, 32],
        ResBlocks = [1, 1],
        Depth = 3,
        Heads = 2,
        Dropout = 0,
    };

    [Fact]
    public void Untrained_PredictsZero()
    {
        using var scope = new TensorScope();
        using var backbone = Create(Small);
        Assert.Equal(0, Forward(backbone, Small).Abs().Max().Item());
    }

    [Fact]
    public void SameSeed_SameWeights()
    {
        using var first = Create(Small);
        using var second = Create(Small);
        foreach (var (a, b) in first.NamedState().Zip(second.NamedState()))
        {
            Assert.Equal(a.Value.ToArray<float>(), b.Value.ToArray<float>());
        }
    }

    [Fact]
    public void CircularPadding_MakesTheTaskEncoderEquivariantToShifts()
    {
        using var scope = new TensorScope();
        var config = Small with { Padding = PaddingMode.Circular };
        using var backbone = Create(config);
        var condition = Normal(1, 1, 1, 16, 16);
        const long shift = 4;
        var shifted = backbone.EncodeTask(TaskKind.SuperRes, condition.Roll([shift], [3]), Tensor.Ones([1, 1])).Head;
        var head = backbone.EncodeTask(TaskKind.SuperRes, condition, Tensor.Ones([1, 1])).Head.Roll([shift / 4], [3]);
        Assert.True((shifted - head).Abs().Max().Item() < 1e-5);
    }

    [Fact]
    public void WithoutParameters_ThereIsNoEmbeddingOfThem()
    {
        using var scope = new TensorScope();
        var config = Small with { Parameters = 0 };
        using var backbone = Create(config);
        Assert.DoesNotContain(backbone.NamedParameters(), p => p.Name.Contains("cond_embed", StringComparison.Ordinal));
        Assert.Equal([2, 1, 16, 16], Forward(backbone, config).Shape);
    }

    [Fact]
    public void Bf16_StaysNearFloat32()
    {
        // A change of width gives the skip branch a convolution; those of the main branch begin at zero.
        using var scope = new TensorScope();
        using var backbone = Create(Small with { ModelChannels = [32, 64] });
        var condition = Normal(3, 1, 1, 16, 16);
        var exact = backbone.EncodeTask(TaskKind.SuperRes, condition, Tensor.Ones([1, 1])).Head;
        backbone.ComputeIn(ScalarType.BFloat16);
        var rounded = backbone.EncodeTask(TaskKind.SuperRes, condition, Tensor.Ones([1, 1])).Head;
        var error = (rounded - exact).Norm().Item() / exact.Norm().Item();
        Assert.InRange(error, 1e-6, 0.02);
    }

    [Theory]
    [InlineData(15, 3, 2, "multiple of 2^2")]
    [InlineData(16, 4, 2, "odd")]
    [InlineData(16, 3, 5, "heads")]
    public void ImpossibleArchitectures_AreRefused(int image, int depth, int heads, string reason)
    {
        var e = Assert.Throws<InputException>(() => new FlexBackbone(Small with { ImageSize = image, Depth = depth, Heads = heads }));
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TaskWithoutEncoder_IsRefused()
    {
        using var scope = new TensorScope();
        using var backbone = Create(Small);
        Assert.Throws<InputException>(() => backbone.EncodeTask(TaskKind.Forecast, Normal(1, 1, 2, 16, 16), null));
    }

    private static FlexBackbone Create(FlexConfig config)
    {
        var backbone = new FlexBackbone(config);
        backbone.Initialize(7);
        return backbone;
    }

    private static Tensor Forward(FlexBackbone backbone, FlexConfig config)
    {
        var p = config.Parameters > 0 ? Tensor.Ones([2, config.Parameters]) : null;
        var task = backbone.EncodeTask(TaskKind.SuperRes, Normal(1, 2, 1, 16, 16), p);
        return backbone.Forward(Normal(2, 2, 1, 16, 16), Tensor.Full([2], 0.5), p, task);
    }

    private static Tensor Normal(uint stream, params long[] shape)
    {
        var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        CounterNoise.FillNormal(values, new NoiseKey(1, stream));
        return Tensor.From<float>(values, shape);
    }
}
