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
    public void Members_of_every_sample_are_drawn_in_orientations_of_their_own()
    {
        const ulong seed = 5;
        const long first = 40;
        using var scope = new TensorScope();
        using var model = TinyModel.Create(active: true, symmetries: SymmetryGroup.Vorticity);
        var orientations = Orientation.Of(SymmetryGroup.Vorticity, TaskKind.SuperRes);
        var sampler = new EnsembleSampler(model.Model, new DdimSampler());
        var (condition, noise) = (Weights.Normal(1, 0, 2, 1, 16, 16), Weights.Normal(1, 1, 2, 4, 16, 16));
        var zeros = model.Model.Tasks.Zeros(TaskKind.SuperRes, Device.Cpu).Condition;

        var members = sampler.Draw(TaskKind.SuperRes, condition, Parameters, noise, seed, first);

        // Both orientations are seen in both samples, and not in the same members: otherwise this would show nothing.
        var drawn = Enumerable.Range(0, 2).Select(i => Enumerable.Range(0, 4).Select(m => Orientation.Drawn(orientations, seed, (uint)(first + i), m)).ToList()).ToList();
        Assert.All(drawn, sample => Assert.Equal(2, sample.Distinct().Count()));
        Assert.NotEqual(drawn[0], drawn[1]);
        var unturned = sampler.Draw(TaskKind.SuperRes, condition, Parameters, noise);
        foreach (var (i, sample) in drawn.Index())
        {
            foreach (var (m, orientation) in sample.Index())
            {
                var expected = orientation.TurnBack(sampler.Draw(TaskKind.SuperRes, orientation.Turn(condition, zeros), Parameters, noise.Narrow(1, m, 1))[0]);
                Assert.Equal(0, Difference(expected, members[m], i), 2e-5);
                Assert.Equal(orientation == orientations[0], Difference(unturned[m], members[m], i) < 1e-3);
            }
        }

        static double Difference(Tensor one, Tensor other, int sample) => (one - other).Narrow(0, sample, 1).Abs().Max().Item();
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
