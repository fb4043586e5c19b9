using Flex.Diffusion.Backbones;
using Flex.Diffusion.Backbones.UNet;
using Flex.Diffusion.Backbones.UVit;
using Flex.Torch;
using Flex.Torch.Nn;

namespace Flex.Diffusion.Tests;

public sealed class BaselineTests
{
    private static readonly UNetConfig UNet = new()
    {
        ImageSize = 16,
        ChannelMult = [1, 2],
        ResBlocks = [1, 1],
        AttentionResolutions = [8],
        Dropout = 0,
    };

    private static readonly UVitConfig UVit = new() { ImageSize = 16, PatchSize = 4, EmbedDim = 32, Depth = 3, Heads = 2, Dropout = 0 };

    public static TheoryData<BackboneConfig> Baselines => new(UNet, UVit);

    [Theory]
    [MemberData(nameof(Baselines))]
    public void BothTasks_AnyChannelsAndParameters(BackboneConfig config)
    {
        using var scope = new TensorScope();
        using var backbone = Create(config with { Channels = 2, CondSnapshots = 3, Parameters = 2, Tasks = [TaskKind.Forecast, TaskKind.SuperRes] });
        var p = Tensor.Ones([2, 2]);
        foreach (var (task, channels) in new[] { (TaskKind.SuperRes, 2), (TaskKind.Forecast, 6) })
        {
            var features = backbone.EncodeTask(task, Weights.Normal(1, 1, 2, channels, 16, 16), p);
            Assert.Equal([2, 2, 16, 16], backbone.Forward(Weights.Normal(1, 2, 2, 2, 16, 16), Tensor.Full([2], 0.5), p, features).Shape);
        }
    }

    [Theory]
    [MemberData(nameof(Baselines))]
    public void WithoutParameters_ThereIsNoEmbeddingOfThem(BackboneConfig config)
    {
        using var scope = new TensorScope();
        using var backbone = Create(config with { Parameters = 0 });
        Assert.DoesNotContain(backbone.NamedParameters(), p => p.Name.Contains("cond_embed", StringComparison.Ordinal));
        Assert.Equal([1, 1, 16, 16], Forward(backbone, Weights.Normal(1, 1, 1, 1, 16, 16), Weights.Normal(1, 2, 1, 1, 16, 16), null).Shape);
    }

    [Theory]
    [MemberData(nameof(Baselines))]
    public void Gradients_ReachEveryParameter(BackboneConfig config)
    {
        using var scope = new TensorScope();
        using var backbone = Create(config);
        Forward(backbone, Weights.Normal(1, 1, 2, 1, 16, 16), Weights.Normal(1, 2, 2, 1, 16, 16), Tensor.Ones([2, 1])).Square().Mean().Backward();
        Assert.All(backbone.NamedParameters(), p => Assert.True(p.Value.Grad is not null, p.Name));
    }

    [Fact]
    public void UNet_WithCircularPadding_IsEquivariantToShifts()
    {
        using var scope = new TensorScope();
        using var backbone = Create(UNet with { Padding = PaddingMode.Circular });
        var (z, condition, p) = (Weights.Normal(1, 1, 1, 1, 16, 16), Weights.Normal(1, 2, 1, 1, 16, 16), Tensor.Ones([1, 1]));
        var shifted = Forward(backbone, z.Roll([6], [3]), condition.Roll([6], [3]), p);
        var expected = Forward(backbone, z, condition, p).Roll([6], [3]);
        Assert.InRange((shifted - expected).Abs().Max().Item(), 0, 1e-5 * expected.Abs().Max().Item());
    }

    [Fact]
    public void UNet_ForecastEncoder_DropsMore()
    {
        var config = UNet with { Dropout = 0.1 };
        Assert.Equal(0.1, config.TaskPyramid(TaskKind.SuperRes).Form.Dropout);
        Assert.Equal(0.15, config.TaskPyramid(TaskKind.Forecast).Form.Dropout, 12);
        Assert.Equal(0.1, config.Pyramid.Form.Dropout);
    }

    [Fact]
    public void UVit_InTraining_HidesTheParametersFromSomeSamples()
    {
        const int batch = 300;
        using var scope = new TensorScope();
        using var noGrad = GradMode.NoGrad();
        using var backbone = Create(UVit);
        var one = Tensor.Zeros([batch, 1, 16, 16]);
        Engine.ManualSeed(5);
        backbone.Train();
        var trained = Distinct(Forward(backbone, one, one, Tensor.Ones([batch, 1])));
        backbone.Eval();
        var (answer, _) = Assert.Single(Distinct(Forward(backbone, one, one, Tensor.Ones([batch, 1]))));
        Assert.Equal(2, trained.Count);
        Assert.InRange(trained[answer], batch - 60, batch - 10);

        // How often each answer occurs, as the samples differ in nothing else.
        static Dictionary<double, int> Distinct(Tensor answers) => answers.Slice(2, 3, 4).Slice(3, 3, 4).Contiguous().ToArray<float>()
            .GroupBy(value => Math.Round(value, 4)).ToDictionary(group => group.Key, group => group.Count());
    }

    private static Backbone Create(BackboneConfig config)
    {
        var backbone = config.Create();
        backbone.Initialize(7);
        Weights.Stir(backbone);
        backbone.Eval();
        return backbone;
    }

    private static Tensor Forward(Backbone backbone, Tensor z, Tensor condition, Tensor? p) =>
        backbone.Forward(z, Tensor.Full([z.Size(0)], 0.5), p, backbone.EncodeTask(TaskKind.SuperRes, condition, p));
}
