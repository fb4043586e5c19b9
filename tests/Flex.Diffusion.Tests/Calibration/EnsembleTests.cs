using Flex.Diffusion.Backbones;
using Flex.Diffusion.Sampling;
using Flex.Diffusion.Tests.Tiling;
using Flex.Fields.DataSets;
using Flex.Torch;

namespace Flex.Diffusion.Tests.Calibration;

/// <summary>The two ways of drawing an ensemble: the processor's, member after member, and a GPU's, all as one batch.</summary>
public sealed class EnsembleTests
{
    private static Tensor Parameters => Tensor.From<float>([0.2f, 0.8f], 2, 1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Members_drawn_at_once_are_those_drawn_one_by_one(bool conditionsDiffer)
    {
        using var scope = new TensorScope();
        using var model = TinyModel.Create(active: true);
        var sampler = new EnsembleSampler(model.Model, new DdimSampler());
        var (condition, other) = (Weights.Normal(1, 0, 2, 1, 16, 16), Weights.Normal(1, 9, 2, 1, 16, 16));
        Tensor[] conditions = [condition, conditionsDiffer ? other : condition, condition];
        Tensor[] noise = [.. Enumerable.Range(1, 3).Select(i => Weights.Normal(1, (uint)i, 2, 1, 16, 16))];

        var alone = sampler.OneByOne(TaskKind.SuperRes, conditions, Parameters, noise);
        var together = sampler.AtOnce(TaskKind.SuperRes, conditions, Parameters, noise);

        Assert.Equal(3, together.Count);
        Assert.All(alone.Zip(together), pair => Assert.Equal(0, (pair.First - pair.Second).Abs().Max().Item(), 2e-5));
        Assert.True((alone[0] - alone[1]).Abs().Max().Item() > 0.01);
    }

    [Fact]
    public void Members_are_drawn_in_orientations_of_their_own()
    {
        const ulong seed = 5;
        using var scope = new TensorScope();
        using var model = TinyModel.Create(active: true, symmetries: SymmetryGroup.Vorticity);
        var orientations = Orientation.Of(SymmetryGroup.Vorticity, TaskKind.SuperRes);
        var drawn = Enumerable.Range(0, 4).Select(m => Orientation.Drawn(orientations, seed, 0, m)).ToList();
        Assert.Equal(2, drawn.Distinct().Count());
        var sampler = new EnsembleSampler(model.Model, new DdimSampler());
        var (condition, noise) = (Weights.Normal(1, 0, 2, 1, 16, 16), Weights.Normal(1, 1, 2, 4, 16, 16));

        var members = sampler.Draw(TaskKind.SuperRes, condition, Parameters, noise, seed);

        foreach (var (m, orientation) in drawn.Index())
        {
            var turned = orientation.Turn(condition, model.Model.Tasks.Zeros(TaskKind.SuperRes, Device.Cpu).Condition);
            var expected = orientation.TurnBack(sampler.Draw(TaskKind.SuperRes, turned, Parameters, noise.Narrow(1, m, 1))[0]);
            Assert.Equal(0, (expected - members[m]).Abs().Max().Item(), 2e-5);
        }

        // Otherwise the orientation would not have been seen above.
        var unturned = sampler.Draw(TaskKind.SuperRes, condition, Parameters, noise);
        Assert.Equal(drawn.Select(orientation => orientation == orientations[0]), members.Zip(unturned).Select(pair => (pair.First - pair.Second).Abs().Max().Item() < 1e-3));
    }

    [Fact]
    public void A_condition_gives_the_samples_of_the_sampler()
    {
        using var scope = new TensorScope();
        using var model = TinyModel.Create(active: true);
        var (condition, parameters, noise) = (Weights.Normal(1, 0, 2, 1, 16, 16), Tensor.From<float>([0.2f, 0.8f], 2, 1), Weights.Normal(1, 1, 2, 1, 16, 16));

        var drawn = model.Model.Condition(TaskKind.SuperRes, condition, parameters, new DdimSampler()).Draw(noise);
        var expected = model.Model.Sample(model.Model.Encode(TaskKind.SuperRes, condition, parameters), parameters, noise, new DdimSampler());

        Assert.Equal(expected.ToArray<float>(), drawn.ToArray<float>());
    }
}
