using Flex.Diffusion.Backbones;
using Flex.Diffusion.Backbones.Flex;
using Flex.Torch;
using Flex.Torch.Nn;

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
    public void ForwardOrder_BeginsWithTheTaskEncoderWhichFilesHaveLast()
    {
        using var backbone = Create(Small);
        static IEnumerable<string> Networks(IEnumerable<(string Name, Tensor Value)> parameters) => parameters.Select(p => p.Name.Split('.')[0]).Distinct();
        Assert.Equal(["superres_encoder", "encoder", "decoder"], Networks(backbone.ForwardOrder()));
        Assert.Equal(["encoder", "decoder", "superres_encoder"], Networks(backbone.NamedParameters()));
        Assert.Equal(backbone.NamedParameters().Count(), backbone.ForwardOrder().Count());
    }

    [Fact]
    public void CircularPadding_MakesTheTaskEncoderEquivariantToShifts()
    {
        using var scope = new TensorScope();
        var config = Small with { Padding = PaddingMode.Circular };
        using var backbone = Create(config);
        var condition = Weights.Normal(1, 1, 1, 1, 16, 16);
        const long shift = 4;
        var shifted = backbone.EncodeTask(TaskKind.SuperRes, condition.Roll([shift], [3]), Tensor.Ones([1, 1])).Head;
        var head = backbone.EncodeTask(TaskKind.SuperRes, condition, Tensor.Ones([1, 1])).Head.Roll([shift / 4], [3]);
        Assert.True((shifted - head).Abs().Max().Item() < 1e-5);
    }

    [Fact]
    public void SpaceToDepth_IsUndoneExactly()
    {
        using var scope = new TensorScope();
        var field = Weights.Normal(1, 1, 2, 3, 16, 24);
        var entered = Stem.SpaceToDepth.Enter(field);
        Assert.Equal([2, 12, 8, 12], entered.Shape);
        Assert.Equal(field.ToArray<float>(), Stem.SpaceToDepth.Leave(entered).ToArray<float>());

        // The four cells of a square are four channels of one cell.
        float[] square = [.. from y in Enumerable.Range(0, 2) from x in Enumerable.Range(0, 2) select field.ToArray<float>()[((2 + y) * 24) + 4 + x]];
        Assert.Equal(square, entered.Slice(0, 0, 1).Slice(1, 0, 4).Slice(2, 1, 2).Slice(3, 2, 3).ToArray<float>());
    }

    [Theory]
    [InlineData(TaskKind.SuperRes)]
    [InlineData(TaskKind.Forecast)]
    public void SpaceToDepth_HasItsNetworksOnACoarserGrid_AndAnswersOnTheFieldsOwn(TaskKind task)
    {
        using var scope = new TensorScope();
        var config = Small with { Stem = Stem.SpaceToDepth, Channels = 2, Tasks = [task] };
        using var backbone = Create(config);
        Weights.Stir(backbone);
        var parameters = Tensor.Ones([3, 1]);
        var features = backbone.EncodeTask(task, Weights.Normal(1, 1, 3, config.ConditionChannels(task), 16, 16), parameters);
        Assert.Equal([3, 32, 2, 2], features.Head.Shape);
        Assert.Equal([3, 32, 8, 8], features.Skips[0].Shape);
        var answer = backbone.Forward(Weights.Normal(1, 2, 3, 2, 16, 16), Tensor.Full([3], 0.5), parameters, features);
        Assert.Equal([3, 2, 16, 16], answer.Shape);
        Assert.True(answer.Abs().Max().Item() > 0);
        Assert.InRange(FlexFlops.Of(config).Forward / FlexFlops.Of(config with { Stem = Stem.Convolution }).Forward, 0.2, 0.35);
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
        var condition = Weights.Normal(1, 3, 1, 1, 16, 16);
        var exact = backbone.EncodeTask(TaskKind.SuperRes, condition, Tensor.Ones([1, 1])).Head;
        backbone.ComputeIn(Precision.Bf16, Device.Cpu);
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

    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(0, 1, true)]
    [InlineData(0, 0.5, true)]
    [InlineData(1, 0, true)]
    public void StrengthZeroAndNoWeakLevels_ForgetTheCondition(int weakLevels, double strength, bool depends)
    {
        using var scope = new TensorScope();
        using var backbone = Create(Small with { WeakLevels = weakLevels, StrongStrength = strength });
        Weights.Stir(backbone);
        Tensor Answer(uint condition) => backbone.Forward(
            Weights.Normal(1, 9, 2, 1, 16, 16),
            Tensor.Full([2], 0.5),
            Tensor.Ones([2, 1]),
            backbone.EncodeTask(TaskKind.SuperRes, Weights.Normal(1, condition, 2, 1, 16, 16), Tensor.Ones([2, 1])));
        var difference = (Answer(1) - Answer(2)).Abs().Max().Item();
        Assert.True(depends ? difference > 1e-4 : difference == 0, $"the answers differ by {difference}");
    }

    [Fact]
    public void Strength_IsAFactorOnWhatTheDecoderTakesFromTheTask()
    {
        using var scope = new TensorScope();
        using var full = Create(Small);
        using var half = Create(Small with { StrongStrength = 0.5 });
        Weights.Stir(full);
        Weights.Stir(half);
        var (t, p) = (Tensor.Full([2], 0.5), Tensor.Ones([2, 1]));
        var task = full.EncodeTask(TaskKind.SuperRes, Weights.Normal(1, 1, 2, 1, 16, 16), p);
        Latent Encoded() => full.Encode(Weights.Normal(1, 2, 2, 1, 16, 16), t, p, task);
        var halved = new TaskFeatures(task.Head * 0.5, [.. task.Skips.Select(s => s * 0.5)]);
        Assert.Equal(full.Decode(Encoded(), t, p, halved).ToArray<float>(), half.Decode(Encoded(), t, p, task).ToArray<float>());
    }

    [Fact]
    public void BottleneckPatchOfTwo_QuartersTheTokensAndReachesEveryParameter()
    {
        using var scope = new TensorScope();
        var config = Small with { BottleneckPatch = 2 };
        using var backbone = Create(config);
        Weights.Stir(backbone);
        var state = backbone.NamedState().ToDictionary(s => s.Name, s => s.Value.Shape);
        Assert.Equal([1, 1 + 4, 32], state["encoder.pos_embed"]);
        Assert.Equal([32, 32, 2, 2], state["encoder.patch_embed.proj.weight"]);
        Assert.Equal([4 * 32, 32], state["decoder.decoder_pred.weight"]);

        var answer = Forward(backbone, config);
        Assert.Equal([2, 1, 16, 16], answer.Shape);
        answer.Square().Mean().Backward();
        Assert.All(backbone.NamedParameters(), p => Assert.True(p.Value.Grad is not null, p.Name));
        Assert.All(
            backbone.NamedParameters().Where(p => p.Name.Contains("patch_embed", StringComparison.Ordinal) || p.Name.Contains("_pred", StringComparison.Ordinal)),
            p => Assert.True(p.Value.Grad!.Norm().Item() > 0, p.Name));
    }

    [Fact]
    public void BottleneckPatchOfTwo_NeedsAnEvenBottleneck()
    {
        var e = Assert.Throws<InputException>(() => new FlexBackbone(Small with { ImageSize = 12, BottleneckPatch = 2 }));
        Assert.Equal("impossible model: bottleneck_patch 2 needs an even bottleneck; image_size 12 over 4 is 3", e.Message);
    }

    [Fact]
    public void TaskWithoutEncoder_IsRefused()
    {
        using var scope = new TensorScope();
        using var backbone = Create(Small);
        Assert.Throws<InputException>(() => backbone.EncodeTask(TaskKind.Forecast, Weights.Normal(1, 1, 1, 2, 16, 16), null));
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
        var task = backbone.EncodeTask(TaskKind.SuperRes, Weights.Normal(1, 1, 2, 1, 16, 16), p);
        return backbone.Forward(Weights.Normal(1, 2, 2, 1, 16, 16), Tensor.Full([2], 0.5), p, task);
    }
}
