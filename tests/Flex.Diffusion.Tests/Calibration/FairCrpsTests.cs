using Flex.Diffusion.Calibration;
using Flex.Torch;

namespace Flex.Diffusion.Tests.Calibration;

public sealed class FairCrpsTests
{
    [Fact]
    public void Three_members_by_hand()
    {
        // Cell 1: y = 1, members 0, 2, 4: (1 + 1 + 3)/3 − (2 + 4 + 2)/6 = 1/3. Cell 2: y = 3, members 3, 3, 0: 3/3 − (0 + 3 + 3)/6 = 0.
        // The truth's standard deviation is 1.
        Tensor Field(params float[] values) => Tensor.From<float>(values, 1, 1, 1, 2);
        using var scope = new TensorScope();
        var score = FairCrps.Loss([Field(0, 3), Field(2, 3), Field(4, 0)], Field(1, 3));
        Assert.Equal(1.0 / 6, score.Item(), 1e-6);
    }

    [Fact]
    public void Every_sample_counts_in_units_of_its_own_standard_deviation()
    {
        using var scope = new TensorScope();
        var (truth, one, two) = (Weights.Normal(1, 0, 1, 1, 8, 8), Weights.Normal(1, 1, 1, 1, 8, 8), Weights.Normal(1, 2, 1, 1, 8, 8));
        var alone = FairCrps.Loss([one, two], truth).Item();
        Tensor Both(Tensor field) => Tensor.Cat([field, field * 1000], 0);
        Assert.Equal(alone, FairCrps.Loss([Both(one), Both(two)], Both(truth)).Item(), 1e-5);
    }

    // E|x − y| − E|x − x'|/2 for x ~ N(0, s²), y ~ N(0, 1) is √(2/π)·√(1 + s²) − s/√π, least at s = 1.
    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(2)]
    public void Gaussian_draws_have_the_score_of_the_closed_form(double spread)
    {
        using var scope = new TensorScope();
        var (truth, one, two) = (Weights.Normal(1, 0, 4, 1, 256, 256), Weights.Normal(1, 1, 4, 1, 256, 256), Weights.Normal(1, 2, 4, 1, 256, 256));
        var expected = (Math.Sqrt(2 / Math.PI) * Math.Sqrt(1 + (spread * spread))) - (spread / Math.Sqrt(Math.PI));
        Assert.Equal(expected, FairCrps.Loss([one * spread, two * spread], truth).Item(), 0.005);
    }

    [Fact]
    public void A_single_member_has_no_spread_to_score()
    {
        using var scope = new TensorScope();
        var field = Weights.Normal(1, 0, 1, 1, 8, 8);
        Assert.Throws<ArgumentOutOfRangeException>(() => FairCrps.Loss([field], field));
    }
}
