using Flex.Diffusion.Backbones;
using Flex.Diffusion.Sampling;
using Flex.Fields.DataSets;
using Flex.Fields.Grids;
using Flex.Fields.Resampling;
using Flex.Torch;

namespace Flex.Diffusion.Tests.Calibration;

public sealed class GenerateTests
{
    [Fact]
    public void The_gradient_runs_through_all_steps_of_the_sampler()
    {
        var config = new ModelConfig { ModelChannels = [32, 32], ResBlocks = [1, 1], Depth = 1, Heads = 2, Dropout = 0 };
        var scale = new ResidualScale { Kind = ResidualScaleKind.None, Unit = 1 };
        var task = new SuperResolutionTask { Variable = "w", Factor = 4, Patch = 16, Interpolation = Interpolation.Bicubic, Registration = Registration.Node };
        using var model = new SuperResolutionModel(config, task, new DataStatistics { Mean = 0, Std = 1, ResidualRms = 1, ResidualScale = scale });
        model.Backbone.Initialize(3);
        Weights.Stir(model.Backbone);
        using var scope = new TensorScope();
        var (condition, noise, target) = (Weights.Normal(1, 0, 1, 1, 16, 16), Weights.Normal(1, 1, 1, 1, 16, 16), Weights.Normal(1, 2, 1, 1, 16, 16));
        Tensor Loss() => (model.Model.Generate(model.Model.Encode(TaskKind.SuperRes, condition, null), null, noise, new DdimSampler(2)) - target).Square().Mean();

        Loss().Backward();
        var parameters = model.Backbone.NamedParameters().ToList();
        var slope = parameters.Sum(parameter => parameter.Value.Grad!.Square().Sum().Item());
        Assert.True(slope > 1e-3);

        // Along the gradient g the loss changes by |g|² for each unit of distance.
        double At(double distance)
        {
            using var noGrad = GradMode.NoGrad();
            void Move(double by) => parameters.ForEach(parameter => parameter.Value.AddInPlace(parameter.Value.Grad!, by));
            Move(distance);
            var loss = Loss().Item();
            Move(-distance);
            return loss;
        }

        var step = 0.01 / Math.Sqrt(slope);
        Assert.Equal(slope, (At(step) - At(-step)) / (2 * step), 0.02 * slope);

        // The same answer as without gradients.
        var drawn = model.Model.Sample(model.Model.Encode(TaskKind.SuperRes, condition, null), null, noise, new DdimSampler(2));
        Assert.Equal(Loss().Item(), (drawn - target).Square().Mean().Item(), 1e-7);
    }
}
