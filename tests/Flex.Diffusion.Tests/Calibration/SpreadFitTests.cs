using Flex.Diffusion.Calibration;
using Flex.Torch;

namespace Flex.Diffusion.Tests.Calibration;

public sealed class SpreadFitTests
{
    private const int Patch = 16, Tiles = 200, Members = 4;

    // White noise has the same variance in every octave: tile i's members have the variance vᵢ about a mean that errs by e^a·vᵢ^b.
    private static SpreadFit Fit(double level, double exponent, Func<int, double> variance)
    {
        var fit = new SpreadFit(2);
        for (var i = 0; i < Tiles; i++)
        {
            using var scope = new TensorScope();
            var (spread, error) = (Math.Sqrt(variance(i)), Math.Sqrt(Math.Exp(level) * Math.Pow(variance(i), exponent)));
            Tensor Noise(int field) => Weights.Normal((ulong)i, (uint)field, 1, 1, Patch, Patch);
            Tensor[] draws = [.. Enumerable.Range(1, Members).Select(m => Noise(m) * spread)];

            // The truth is as far from the ensemble's law's centre as the members would be if the spread were right.
            var mean = draws.Skip(1).Aggregate(draws[0], (sum, draw) => sum + draw) / Members;
            fit.Add(draws, mean + (Noise(0) * (error * Math.Sqrt((Members + 1.0) / Members))));
        }

        return fit;
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1.2, 1)]
    [InlineData(-0.7, 0.6)]
    public void A_known_law_is_found_again(double level, double exponent)
    {
        var correction = Fit(level, exponent, i => Math.Exp(-3 + (4.0 * i / Tiles))).Fit();
        Assert.Equal(2, correction.Steps);
        for (var band = 1; band < correction.Level.Count; band++)
        {
            Assert.Equal(exponent, correction.Exponent[band], 0.06);
            Assert.Equal(level, correction.Level[band], 0.06);
        }
    }

    [Fact]
    public void A_corrected_ensemble_has_nothing_left_to_correct()
    {
        var correction = Fit(1.2, 0.8, i => 0.05 + (0.01 * (i % 10))).Fit();
        var again = new SpreadFit(2);
        for (var i = 0; i < Tiles; i++)
        {
            using var scope = new TensorScope();
            var variance = 0.05 + (0.01 * (i % 10));
            Tensor[] draws = [.. Enumerable.Range(1, Members).Select(m => Weights.Normal((ulong)(i + Tiles), (uint)m, 1, 1, Patch, Patch) * Math.Sqrt(variance))];
            var error = Math.Sqrt(Math.Exp(1.2) * Math.Pow(variance, 0.8));
            var mean = draws.Skip(1).Aggregate(draws[0], (sum, draw) => sum + draw) / Members;
            again.Add(correction.Apply(draws), mean + (Weights.Normal((ulong)(i + Tiles), 0, 1, 1, Patch, Patch) * (error * Math.Sqrt((Members + 1.0) / Members))));
        }

        // At the ensembles' middle variance the remaining factor of the variance is 1.
        var rest = again.Fit();
        for (var band = 1; band < rest.Level.Count; band++)
        {
            var middle = Math.Log(Math.Exp(1.2) * Math.Pow(0.095, 0.8));
            Assert.Equal(middle, rest.Level[band] + (rest.Exponent[band] * middle), 0.06);
        }
    }

    [Fact]
    public void One_variance_for_all_keeps_the_proportions()
    {
        using var scope = new TensorScope();
        var fit = new SpreadFit(2);
        var field = Weights.Normal(1, 0, 1, 1, Patch, Patch);
        fit.Add([field, -field], field * 0);
        fit.Add([field, -field], field * 2);

        // v = 2f² twice, errors 0 and 4f²·2/3: a third of them.
        var correction = fit.Fit();
        Assert.All(correction.Exponent, exponent => Assert.Equal(1, exponent));
        Assert.All(correction.Level, level => Assert.Equal(Math.Log(2.0 / 3), level, 1e-4));
        Assert.Throws<InvalidOperationException>(() => new SpreadFit(2).Fit());
    }
}
