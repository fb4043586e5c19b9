using Flex.Diffusion.Backbones;
using Flex.Diffusion.Sampling;
using Flex.Diffusion.Tests.Tiling;
using Flex.Torch;

namespace Flex.Diffusion.Tests.Calibration;

/// <summary>The two ways of drawing an ensemble: the processor's, member after member, and a GPU's, all as one batch.</summary>
public sealed class EnsembleTests
{
    [Fact]
    public void Members_drawn_at_once_are_those_drawn_one_by_one()
    {
        using var scope = new TensorScope();
        using var model = TinyModel.Create(active: true);
        var parameters = Tensor.From<float>([0.2f, 0.8f], 2, 1);
        var features = model.Model.Encode(TaskKind.SuperRes, Weights.Normal(1, 0, 2, 1, 16, 16), parameters);
        var noise = Weights.Normal(1, 1, 2, 3, 16, 16);

        var alone = model.Model.OneByOne(features, parameters, noise, members: 3, new DdimSampler());
        var together = model.Model.AtOnce(features, parameters, noise, members: 3, new DdimSampler());

        Assert.Equal(3, together.Count);
        Assert.All(alone.Zip(together), pair => Assert.Equal(0, (pair.First - pair.Second).Abs().Max().Item(), 2e-5));
        Assert.True((alone[0] - alone[1]).Abs().Max().Item() > 0.01);
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
