using Flex.Diffusion.Calibration;
using Flex.Torch;

namespace Flex.Diffusion.Tests.Calibration;

public sealed class LocalLawTests
{
    private const int Patch = 32, Members = 8, Tiles = 16;

    private static Tensor Pattern(Func<int, int, double> value) =>
        Tensor.From<float>([.. Enumerable.Range(0, Patch * Patch).Select(i => (float)value(i / Patch, i % Patch))], 1, 1, Patch, Patch);

    // Waves along y are the amplitude of the members' differences, waves along x that of the fine structure.
    private static Tensor Amplitude(double power) => Pattern((y, _) => Math.Exp(power * Math.Sin(2 * Math.PI * y / Patch)));

    private static Tensor Texture(double power) => Pattern((_, x) => Math.Exp(power * Math.Sin(2 * Math.PI * x / Patch)));

    private static (Tensor[] Draws, Tensor Truth) Ensemble(ulong seed, LocalLaw law)
    {
        var field = Weights.Normal(seed, 100, Tiles, 1, Patch, Patch) * Texture(1) * 30;
        Tensor[] draws = [.. Enumerable.Range(1, Members).Select(m => field + (Weights.Normal(seed, (uint)m, Tiles, 1, Patch, Patch) * Amplitude(1)))];
        var error = Weights.Normal(seed, 0, Tiles, 1, Patch, Patch) * Amplitude(1 + law.Variance) * Texture(law.Curvature);
        return (draws, TileSpectra.Mean(draws) + error);
    }

    private static LocalLaw Fit(LocalLaw law, int fields)
    {
        using var scope = new TensorScope();
        var fit = new LocalFit();
        for (var f = 0; f < fields; f++)
        {
            var (draws, truth) = Ensemble((ulong)f, law);
            var mean = TileSpectra.Mean(draws);
            fit.Add(TileSpectra.SampleVariance([.. draws.Select(draw => draw - mean)]), mean, (truth - mean).Square());
        }

        return fit.Fit();
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.4, 0)]
    [InlineData(-0.3, 0.5)]
    public void A_known_law_is_found_again(double variance, double curvature)
    {
        var fitted = Fit(new LocalLaw(variance, curvature), fields: 20);

        // Neighbourhoods of nine cells smooth the waves, whose exponents are the greater for it (by a tenth), and the prior takes a part.
        Assert.Equal(variance, fitted.Variance, 0.1);
        Assert.Equal(curvature, fitted.Curvature, 0.1);
    }

    [Fact]
    public void A_variance_of_few_members_that_is_chance_is_not_believed()
    {
        using var scope = new TensorScope();
        var fit = new LocalFit();
        for (var f = 0; f < 20; f++)
        {
            Tensor[] draws = [.. Enumerable.Range(1, Members).Select(m => Weights.Normal((ulong)f, (uint)m, Tiles, 1, Patch, Patch))];
            fit.Add(TileSpectra.SampleVariance(draws), draws[0], Weights.Normal((ulong)f, 0, Tiles, 1, Patch, Patch).Square());
        }

        // Errors are alike everywhere, so that c_3 is −1. ln χ² of 8 degrees of freedom has the variance ψ′(4) = 0.284, which 20 fields have against the prior's 1.
        var information = 20 * 0.284;
        Assert.Equal(-information / (information + 1), fit.Fit().Cell, 0.05);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-0.4)]
    public void A_variance_that_is_no_chance_is_believed_cell_by_cell(double cell)
    {
        using var scope = new TensorScope();
        var fit = new LocalFit();
        for (var f = 0; f < 20; f++)
        {
            var amplitude = (Weights.Normal((ulong)f, 1, Tiles, 1, Patch, Patch) * 0.5).Exp();
            var error = Weights.Normal((ulong)f, 0, Tiles, 1, Patch, Patch) * (amplitude.Log() * (1 + cell)).Exp();
            fit.Add(amplitude.Square(), Weights.Normal((ulong)f, 2, Tiles, 1, Patch, Patch), error.Square());
        }

        Assert.Equal(cell, fit.Fit().Cell, 0.1);
    }

    [Fact]
    public void Few_fields_are_believed_less_and_none_not_at_all()
    {
        var law = new LocalLaw(0.4, 0.4);
        Assert.InRange(Fit(law, fields: 1).Variance, 0.05, 0.8 * Fit(law, fields: 20).Variance);
        Assert.Equal(new LocalLaw(0, 0), new LocalFit().Fit());
    }

    [Fact]
    public void A_step_of_the_variance_becomes_a_higher_one_and_the_whole_stays()
    {
        using var scope = new TensorScope();
        var variance = Pattern((_, x) => x < Patch / 2 ? 1 : 9);
        var factor = new LocalLaw(0.5, 0).Factor(variance, Pattern((y, x) => y + (2 * x)));

        // Away from the step f has the ratio 9^0.5.
        Assert.Equal(3, Math.Pow(At(factor, 3, 28) / At(factor, 20, 2), 2), 0.01);
        Assert.Equal(variance.Mean().Item(), (variance * factor.Square()).Mean().Item(), 1e-4);
        Assert.InRange((new LocalLaw(0, 0).Factor(variance, variance) - 1).Abs().Max().Item(), 0, 1e-5);
    }

    [Fact]
    public void A_cell_that_stands_out_is_led_back_to_its_neighbours()
    {
        // Nine columns of 1 and 9 in turn have the mean 41/9 around a 1 and 49/9 around a 9.
        using var scope = new TensorScope();
        var variance = Pattern((_, x) => x % 2 == 0 ? 1 : 9);
        var factor = new LocalLaw(0, 0, -0.5).Factor(variance, Pattern((y, x) => y + (2 * x)));
        Assert.Equal(Math.Pow(9 * 41 / 49.0, -0.5), Math.Pow(At(factor, 5, 15) / At(factor, 20, 16), 2), 0.01);
        Assert.Equal(5, (variance * factor.Square()).Mean().Item(), 1e-3);
    }

    [Fact]
    public void Members_differ_more_where_their_mean_is_curved()
    {
        // x²/2 has curvature 1 on the left and 3 times that on the right, a plane none: its edges are no structure.
        using var scope = new TensorScope();
        var mean = Pattern((_, x) => x < Patch / 2 ? x * x / 2.0 : (3 * x * x / 2.0) - (Patch * x) + (Patch * Patch / 4.0));
        var even = Pattern((_, _) => 1);
        var factor = new LocalLaw(0, 0.5).Factor(even, mean);
        Assert.Equal(3, Math.Pow(At(factor, 0, 31) / At(factor, 31, 0), 2), 0.01);
        Assert.InRange((new LocalLaw(0, 0.5).Factor(even, Pattern((y, x) => y + (2 * x))) - 1).Abs().Max().Item(), 0, 1e-5);
    }

    [Fact]
    public void Corrected_members_differ_where_they_err()
    {
        using var scope = new TensorScope();
        var law = new LocalLaw(-0.3, 0.5);
        var (draws, truth) = Ensemble(50, law);
        var correction = new SpreadCorrection(2, [.. new double[5]], [1, 1, 1, 1, 1]) { Local = Fit(law, fields: 20) };
        Tensor[] corrected = [.. correction.Apply(draws)];
        Assert.InRange((TileSpectra.Mean(corrected) - TileSpectra.Mean(draws)).Abs().Max().Item(), 0, 1e-3);
        var (before, after) = (Ratio(draws), Ratio(corrected));

        // Error and variance had the ratio e² here and there; neighbourhoods see less of a wave than there is.
        Assert.InRange(before, 6, 9);
        Assert.InRange(after, 0.8, 2);

        // Error over variance where the texture is strong, over the same where it is weak.
        double Ratio(Tensor[] members)
        {
            var mean = TileSpectra.Mean(members);
            var ratio = (truth - mean).Square().Mean([0L, 2L]) / TileSpectra.SampleVariance([.. members.Select(member => member - mean)]).Mean([0L, 2L]);
            return ratio.Select(1, 8).Item() / ratio.Select(1, 24).Item();
        }
    }

    [Theory]
    [InlineData(1e300, 0, 0)]
    [InlineData(-50, 1e300, 0)]
    [InlineData(1e300, -1e300, 1e300)]
    public void Factors_are_bounded(double variance, double curvature, double cell)
    {
        using var scope = new TensorScope();
        var (draws, _) = Ensemble(1, new LocalLaw(0, 0));
        Assert.True(double.IsFinite(new LocalLaw(variance, curvature, cell).Factor(draws[0].Square(), draws[0]).Sum().Item()));
        Assert.True(double.IsFinite(new LocalLaw(variance, curvature, cell).Factor(draws[0] * 0, draws[0] * 0).Sum().Item()));
    }

    private static double At(Tensor x, int row, int column) => x.ToArray<float>()[(row * Patch) + column];
}
