using Flex.Diffusion;
using Flex.Diffusion.Backbones.Flex;
using Flex.Fields.DataSets;
using Flex.Fields.Grids;
using Flex.Fields.Resampling;
using Flex.Torch;
using Flex.Torch.Random;

namespace Flex.Cli.Bench;

/// <summary>Models and data for measurements: random numbers, never zeros, whose products some processors form faster.</summary>
internal static class RandomFields
{
    private const uint Stream = 0x62656e63; // "benc"

    /// <summary>A super-resolution model of a size with random weights everywhere.</summary>
    /// <param name="spec">Its size, image and precision.</param>
    /// <returns>The model.</returns>
    public static DiffusionModel Model(WorkSpec spec)
    {
        var task = new SuperResolutionTask
        {
            Variable = "w",
            Factor = 4,
            Patch = spec.Image,
            Interpolation = Interpolation.Bicubic,
            Registration = Registration.Node,
            Parameter = ["reynolds"],
        };
        var statistics = new DataStatistics
        {
            Mean = 0,
            Std = 1,
            ResidualRms = 1,
            ResidualScale = new ResidualScale { Kind = ResidualScaleKind.Global, Unit = 1 },
        };
        var model = new DiffusionModel(new ModelConfig { Size = spec.Size }, new ModelTasks(SuperResolution: new(task, statistics)));
        model.Backbone.Initialize(1);
        model.Backbone.ComputeIn(spec.ComputeType);
        using var noGrad = GradMode.NoGrad();
        foreach (var (_, weight) in model.Backbone.NamedParameters().Where(parameter => parameter.Value.Dim == 4))
        {
            // Convolutions that begin at zero.
            using var scope = new TensorScope();
            if (weight.Abs().Sum().Item() == 0)
            {
                weight.CopyInPlace(Normal(2, weight.Shape) * 0.02);
            }
        }

        return model;
    }

    /// <summary>Standard normal numbers.</summary>
    /// <param name="member">Names them.</param>
    /// <param name="shape">Their shape.</param>
    /// <returns>The tensor, in the caller's scope.</returns>
    public static Tensor Normal(uint member, params long[] shape)
    {
        var values = Tensor.Empty(shape);
        CounterNoise.FillNormal(values.AsSpan<float>(), new NoiseKey(1, Stream, member));
        return values;
    }

    /// <summary>The operations of the networks of a size.</summary>
    /// <param name="spec">The size and image.</param>
    /// <returns>For one sample.</returns>
    public static FlexFlops Flops(WorkSpec spec) => FlexFlops.Of(FlexConfig.OfSize(spec.Size) with { ImageSize = spec.Image });
}
