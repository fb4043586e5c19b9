using Flex.Diffusion.Backbones;
using Flex.Diffusion.Backbones.Flex;
using Flex.Diffusion.Backbones.UNet;
using Flex.Diffusion.Backbones.UVit;
using Flex.Diffusion.Calibration;
using Flex.Diffusion.Sampling;
using Flex.Fields.DataSets;
using Flex.Fields.Grids;
using Flex.Fields.Resampling;
using Flex.Torch;

namespace Flex.Diffusion.Tests;

/// <summary>Networks that compute activations again against the same ones that keep them: the same bits, and nothing left.</summary>
public sealed class ActivationCheckpointingTests
{
    // Widths that change, several blocks, weak and strong conditioning; attention and strided down steps in the U-Net.
    private static readonly FlexConfig Flex = new() { ImageSize = 16, ModelChannels = [32, 64], ResBlocks = [2, 1], Depth = 5, Heads = 2, Dropout = 0.2 };
    private static readonly UNetConfig UNet = new() { ImageSize = 16, ChannelMult = [1, 2], ResBlocks = [1, 2], AttentionResolutions = [8], Dropout = 0.2 };
    private static readonly UVitConfig UVit = new() { ImageSize = 16, PatchSize = 4, EmbedDim = 32, Depth = 5, Heads = 2, Dropout = 0.2 };

    public static TheoryData<BackboneConfig, Precision> Networks => new()
    {
        { Flex, Precision.Float32 },
        { Flex with { Stem = Stem.SpaceToDepth, StrongStrength = 0.5, BottleneckPatch = 2 }, Precision.Float32 },
        { Flex, Precision.Bf16 },
        { UNet, Precision.Float32 },
        { UVit, Precision.Float32 },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void Losses_and_gradients_have_the_same_bits(BackboneConfig config, Precision precision)
    {
        using var scope = new TensorScope();
        using var backbone = config.Create();
        backbone.Initialize(7);
        Weights.Stir(backbone);
        backbone.ComputeIn(precision, Device.Cpu);
        Tensor[] inputs = [Weights.Normal(1, 1, 2, 1, 16, 16), Weights.Normal(1, 2, 2, 1, 16, 16), Tensor.Full([2], 0.5), Tensor.Ones([2, 1])];
        Array.ForEach(inputs, input => input.RequiresGrad = true);

        List<float[]?> LossAndGradients(bool checkpointing)
        {
            backbone.CheckpointActivations(checkpointing);
            backbone.ZeroGrad();
            Array.ForEach(inputs, input => input.Grad = null);
            Engine.ManualSeed(5, firstSample: 3);

            // Two passes of the same features: what is used by both is added up in one order.
            using var pass = new TensorScope();
            var features = backbone.EncodeTask(TaskKind.SuperRes, inputs[0], inputs[3]);
            var once = backbone.Forward(inputs[1], inputs[2], inputs[3], features);
            var loss = backbone.Forward(once, inputs[2], inputs[3], features).Square().Mean();
            Engine.ManualSeed(6);
            loss.Backward();
            return [loss.ToArray<float>(), .. inputs.Concat(backbone.NamedParameters().Select(p => p.Value)).Select(leaf => leaf.Grad?.ToArray<float>())];
        }

        var live = Engine.LiveTensors;
        var plain = LossAndGradients(checkpointing: false);
        Assert.Equal(live, Engine.LiveTensors);
        Assert.Equal(plain, LossAndGradients(checkpointing: true));
        Assert.Equal(live, Engine.LiveTensors);
        Assert.All(plain[1..], gradient => Assert.Contains(gradient!, value => value != 0));
    }

    [Fact]
    public void A_calibration_through_the_sampler_has_the_same_bits()
    {
        var config = new ModelConfig { ModelChannels = [32, 32], ResBlocks = [1, 1], Depth = 3, Heads = 2, Dropout = 0.2 };
        var task = new SuperResolutionTask { Variable = "w", Factor = 4, Patch = 16, Interpolation = Interpolation.Bicubic, Registration = Registration.Node };
        var scale = new ResidualScale { Kind = ResidualScaleKind.None, Unit = 1 };
        using var model = new SuperResolutionModel(config, task, new DataStatistics { Mean = 0, Std = 1, ResidualRms = 1, ResidualScale = scale });
        model.Backbone.Initialize(3);
        Weights.Stir(model.Backbone);
        using var scope = new TensorScope();
        var (condition, noise, target) = (Weights.Normal(1, 0, 2, 1, 16, 16), Weights.Normal(1, 1, 2, 2, 16, 16), Weights.Normal(1, 2, 2, 1, 16, 16));

        List<float[]> LossAndGradients(bool checkpointing)
        {
            model.Backbone.CheckpointActivations(checkpointing);
            model.Backbone.ZeroGrad();
            Engine.ManualSeed(5);
            using var pass = new TensorScope();
            var loss = FairCrps.Loss(new EnsembleSampler(model.Model, new DdimSampler(2)).Draw(TaskKind.SuperRes, condition, null, noise), target);
            loss.Backward();
            return [loss.ToArray<float>(), .. model.Backbone.NamedParameters().Select(p => p.Value.Grad!.ToArray<float>())];
        }

        var live = Engine.LiveTensors;
        Assert.Equal(LossAndGradients(checkpointing: false), LossAndGradients(checkpointing: true));
        model.Backbone.ZeroGrad();
        Assert.Equal(live, Engine.LiveTensors);

        // What draws without gradients takes the same way as ever.
        Tensor Drawn() => model.Model.Sample(model.Model.Encode(TaskKind.SuperRes, condition, null), null, target, new DdimSampler(2));
        model.Backbone.Eval();
        var drawn = Drawn().ToArray<float>();
        model.Backbone.CheckpointActivations(false);
        Assert.Equal(drawn, Drawn().ToArray<float>());
    }
}
