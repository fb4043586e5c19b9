using Flex.Diffusion.Backbones.Flex;
using Flex.Diffusion.Calibration;
using Flex.Fields.DataSets;
using Flex.Fields.Grids;
using Flex.Fields.Resampling;

namespace Flex.Diffusion.Tests.Tiling;

/// <summary>An untrained model with tiles of 16 cells, small enough for many runs.</summary>
internal static class TinyModel
{
    public const int Factor = 4;
    public const int Patch = 16;
    public const double Scale = 0.25;

    /// <summary>Creates the model.</summary>
    /// <param name="active">False leaves the network's last layer at its initial zero, so that it says N = 0 to everything.</param>
    public static SuperResolutionModel Create(
        bool active, Registration registration = Registration.Node, PatchTarget target = PatchTarget.Residual, SpreadCorrection? spread = null, Stem? stem = null,
        SymmetryGroup symmetries = SymmetryGroup.None, GenerationMethod method = GenerationMethod.Diffusion)
    {
        var config = new ModelConfig { ModelChannels = [32, 32], ResBlocks = [1, 1], Depth = 3, Heads = 2, Stem = stem, Method = method };
        var task = new SuperResolutionTask
        {
            Variable = "w",
            Factor = Factor,
            Patch = Patch,
            Interpolation = Interpolation.Bicubic,
            Registration = registration,
            Target = target,
            Parameter = ["reynolds"],
            ParameterScale = 1000,
        };
        var statistics = new DataStatistics
        {
            Mean = 0.5,
            Std = 2,
            ResidualRms = Scale,
            ResidualScale = new ResidualScale { Kind = ResidualScaleKind.Global, Unit = Scale },
        };
        var model = new SuperResolutionModel(new DiffusionModel(config, new ModelTasks(new(task, statistics) { Spread = spread, Symmetries = symmetries })), task, statistics);
        model.Backbone.Initialize(7);
        model.Backbone.RequiresGrad(false);
        model.Backbone.Eval();
        if (active)
        {
            Weights.Stir(model.Backbone);
        }

        return model;
    }

    /// <summary>A smooth periodic field with some detail.</summary>
    public static CoarseField Coarse(int height, int width, bool periodicY, bool periodicX)
    {
        var values = new float[height * width];
        for (var i = 0; i < values.Length; i++)
        {
            var (y, x) = (Math.Tau * (i / width) / height, Math.Tau * (i % width) / width);
            values[i] = (float)(0.5 + Math.Sin(y) + Math.Cos((2 * x) + 1) + (0.5 * Math.Sin((3 * x) - (2 * y))));
        }

        return new CoarseField(values, height, width, periodicY, periodicX);
    }
}
