using Flex.Diffusion.Calibration;
using Flex.Diffusion.Sampling;
using Flex.Torch;

namespace Flex.Diffusion.Tests.Calibration;

public sealed class SpreadCorrectionTests
{
    private const int Patch = 32, Bands = 5;

    private static SpreadCorrection Same(double level, double exponent) =>
        new(2, [.. Enumerable.Repeat(level, Bands)], [.. Enumerable.Repeat(exponent, Bands)]);

    private static Tensor[] Members(int count, double spread) =>
        [.. Enumerable.Range(0, count).Select(m => Weights.Normal(1, 0, 3, 2, Patch, Patch) + (Weights.Normal(1, (uint)(m + 1), 3, 2, Patch, Patch) * spread))];

    [Fact]
    public void A_level_multiplies_the_deviations_and_leaves_the_mean()
    {
        using var scope = new TensorScope();
        var members = Members(4, 0.3);
        var corrected = Same(Math.Log(2.25), 1).Apply(members);
        var (before, after) = (Mean(members), Mean(corrected));
        AssertClose(before, after, 1e-5);
        for (var m = 0; m < members.Length; m++)
        {
            AssertClose(before + ((members[m] - before) * 1.5), corrected[m], 1e-5);
        }

        Assert.All(Same(0, 1).Apply(members).Zip(members), pair => AssertClose(pair.Second, pair.First, 1e-5));
    }

    [Fact]
    public void An_exponent_of_zero_gives_every_ensemble_the_same_variance()
    {
        using var scope = new TensorScope();
        foreach (var spread in new[] { 0.2, 0.5 })
        {
            var members = Same(Math.Log(0.09), 0).Apply(Members(8, spread));
            var mean = Mean(members);
            var variance = members.Aggregate(mean * 0, (sum, member) => sum + (member - mean).Square()).Mean().Item() / 7;
            Assert.Equal(0.09, variance, 0.003);
        }
    }

    [Fact]
    public void Only_the_octave_that_needs_it_is_changed()
    {
        // cos(16 half waves) belongs to the fourth octave alone, cos(4) to the second.
        static Tensor Wave(int halfWaves, double amplitude) => Tensor.From<float>(
            [.. Enumerable.Range(0, Patch * Patch).Select(i => (float)(amplitude * Math.Cos(Math.PI * halfWaves * ((i % Patch) + 0.5) / Patch)))], 1, 1, Patch, Patch);
        using var scope = new TensorScope();
        var correction = new SpreadCorrection(2, [0, 0, 0, Math.Log(4), 0], [1, 1, 1, 1, 1]);
        var corrected = correction.Apply([Wave(4, 1) + Wave(16, 1), Wave(4, -1) - Wave(16, 1)]);
        AssertClose(Wave(4, 1) + Wave(16, 2), corrected[0], 1e-4);

        // The fourth octave's factor follows the second's variance: twice the amplitude there, twice the amplitude here.
        double[] none = [0, 0, 0, 0, 0];
        var linked = correction with { Level = [0, 0, 0, -Math.Log(80), 0], Others = [none, none, none, [0, 1, 0, 0, 0], none] };
        var (once, twice) = (linked.Apply([Wave(4, 1) + Wave(16, 1), Wave(4, -1) - Wave(16, 1)])[0], linked.Apply([Wave(4, 2) + Wave(16, 1), Wave(4, -2) - Wave(16, 1)])[0]);
        AssertClose((once - Wave(4, 1)) * 2, twice - Wave(4, 2), 1e-4);
    }

    [Fact]
    public void Factors_are_bounded_and_ensembles_without_spread_stay_without()
    {
        using var scope = new TensorScope();
        var members = Members(3, 0.1);
        var mean = Mean(members);
        AssertClose(mean + ((members[0] - mean) * 4), Same(100, 1).Apply(members)[0], 1e-4);
        var equal = new[] { members[0], members[0] };
        AssertClose(members[0], Same(0, 0.5).Apply(equal)[1], 1e-5);
    }

    [Fact]
    public void It_belongs_to_its_sampler_and_tiles()
    {
        Assert.True(Same(0, 1).Fits(new DdimSampler(2)));
        Assert.False(Same(0, 1).Fits(new DdimSampler(5)));
        Assert.False(Same(0, 1).Fits(new DdimSampler(2, Eta: 1)));
        Assert.False(Same(0, 1).Fits(new DdimSampler(2, Placement: 0.5)));
        using var scope = new TensorScope();
        SpreadCorrection[] strange =
        [
            new(2, [0, 0], [1, 1]),
            Same(0, 1) with { Others = [[0], [0], [0], [0], [0]] },
            Same(0, 1) with { Others = [null!, null!, null!, null!, null!] },
            Same(0, 1) with { Octaves = [new FieldLaw(0, [], [], [])] },
            Same(0, 1) with { Octaves = [null!, null!, null!, null!, null!] },
        ];
        Assert.All(strange, correction => Assert.Contains("octaves", Assert.Throws<InputException>(() => correction.Apply(Members(2, 1))).Message, StringComparison.Ordinal));
    }

    private static Tensor Mean(IReadOnlyList<Tensor> members) => members.Skip(1).Aggregate(members[0], (sum, member) => sum + member) / members.Count;

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance) =>
        Assert.InRange((expected - actual).Abs().Max().Item(), 0, tolerance);
}
