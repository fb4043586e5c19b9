using Flex.Diffusion.Calibration;
using Flex.Torch;

namespace Flex.Diffusion.Tests.Calibration;

public sealed class SpreadFitTests
{
    private const int Patch = 16, Fields = 10, Tiles = 20, Members = 4;

    // White noise has the same variance in every octave: each tile's members have its variance v about a mean that errs by e^a·v^b.
    private static SpreadFit Fit(double level, double exponent, Func<int, double> variance, ulong seed = 0, SpreadCorrection? first = null)
    {
        var fit = new SpreadFit(2);
        for (var f = 0; f < Fields; f++)
        {
            using var scope = new TensorScope();
            Tensor Noise(int field, Func<double, double> scale) => Weights.Normal((ulong)f + seed, (uint)field, Tiles, 1, Patch, Patch)
                * Tensor.From<float>([.. Enumerable.Range(f * Tiles, Tiles).Select(i => (float)Math.Sqrt(scale(variance(i))))], Tiles, 1, 1, 1);
            Tensor[] draws = [.. Enumerable.Range(1, Members).Select(m => Noise(m, v => v))];

            // The truth is as far from the ensemble's law's centre as the members would be if the spread were right.
            var mean = draws.Skip(1).Aggregate(draws[0], (sum, draw) => sum + draw) / Members;
            fit.Add(first?.Apply(draws) ?? draws, mean + (Noise(0, v => Math.Exp(level) * Math.Pow(v, exponent)) * Math.Sqrt((Members + 1.0) / Members)));
        }

        return fit;
    }

    // All octaves say the same, so that only the sum of the exponents is known.
    private static double Exponent(SpreadCorrection correction, int band) => correction.Exponent[band] + correction.Others![band].Sum();

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1.2, 1)]
    [InlineData(-0.7, 0.6)]
    public void A_known_law_is_found_again(double level, double exponent)
    {
        var correction = Fit(level, exponent, i => Math.Exp(-3 + (4.0 * (i % Tiles) / Tiles))).Fit();
        Assert.Equal(2, correction.Steps);
        for (var band = 1; band < correction.Level.Count; band++)
        {
            Assert.Equal(exponent, Exponent(correction, band), 0.06);
            Assert.Equal(level, correction.Level[band], 0.06);
        }
    }

    [Fact]
    public void Calm_fields_weigh_as_much_as_wild_ones()
    {
        // Fields of three variances whose errors follow no power of them: on average over fields, not over errors, the sums are right.
        double[] logs = [-6, -3, 0], errors = [0.01, 0.02, 3];
        var fields = logs.Zip(errors, (x, error) => new SpreadRegression.Field([[x], [x]], [error, error])).ToList();
        var law = SpreadRegression.Fit(fields, own: 0, octaves: 1);
        Assert.Equal(1, logs.Zip(errors, (x, error) => error / Math.Exp(law.Level + (law.Exponents[0] * x))).Average(), 1e-6);
    }

    [Fact]
    public void What_another_octave_tells_is_used()
    {
        // The error of octave 2 is the variance of octave 0, whatever its own.
        static SpreadRegression.Field Field(int f) => new(
            [.. Enumerable.Range(0, Tiles).Select(i => new[] { Math.Sin(i + f), Math.Cos((2 * i) + f), Math.Cos((3 * i) - f) })],
            [.. Enumerable.Range(0, Tiles).Select(i => Math.Exp(0.3 + Math.Sin(i + f)))]);
        var law = SpreadRegression.Fit([.. Enumerable.Range(0, Fields).Select(Field)], own: 2, octaves: 3);
        Assert.Equal(0.3, law.Level, 0.02);
        Assert.Equal([1.0, 0, 0], law.Exponents.Select(exponent => Math.Round(exponent, 1)));
    }

    [Fact]
    public void What_octaves_tell_by_chance_is_not_believed()
    {
        // Errors are the own variance times what differs from field to field, as the other octaves do, too.
        static double Chance(double f) => 2 * Math.Sin(100 * f);
        static SpreadRegression.Field Field(int f) => new(
            [.. Enumerable.Range(0, Tiles).Select(i => new[] { Chance(f + 0.3), Chance(f + 0.7), Math.Cos((3 * i) - f) })],
            [.. Enumerable.Range(0, Tiles).Select(i => Math.Exp(Math.Cos((3 * i) - f)) * (1 + (0.9 * Math.Sin(1000 * f * f))))]);
        var law = SpreadRegression.Fit([.. Enumerable.Range(0, Fields).Select(Field)], own: 2, octaves: 3);
        Assert.Equal([0.0, 0, 1], law.Exponents, (expected, actual) => Math.Abs(expected - actual) < 0.2);
    }

    [Fact]
    public void A_corrected_ensemble_has_nothing_left_to_correct()
    {
        static double Variance(int i) => 0.05 + (0.01 * (i % 10));
        var rest = Fit(1.2, 0.8, Variance, seed: 1000, Fit(1.2, 0.8, Variance).Fit()).Fit();

        // At the ensembles' middle variance the remaining factor of the variance is 1.
        var middle = Math.Log(Math.Exp(1.2) * Math.Pow(0.095, 0.8));
        for (var band = 1; band < rest.Level.Count; band++)
        {
            Assert.Equal(middle, rest.Level[band] + (Exponent(rest, band) * middle), 0.06);
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

    [Fact]
    public void What_is_left_is_the_mean_over_fields_of_a_logarithm()
    {
        using var scope = new TensorScope();
        var none = new SpreadCorrection(2, [0, 0, 0, 0], [1, 1, 1, 1]);
        var field = Weights.Normal(1, 0, 1, 1, Patch, Patch);

        // Variances 2f² and 200f², errors 4f²·2/3 and 1600f²·2/3: ratios 4/3 and 16/3. A field without error says nothing.
        SpreadCorrection Balanced(SpreadCorrection correction)
        {
            var fit = new SpreadFit(2);
            fit.Add(correction.Apply([field, -field]), field * 2);
            fit.Add(correction.Apply([field * 10, field * -10]), field * 40);
            fit.Add(correction.Apply([field, -field]), field * 0);
            return fit.Balance(none);
        }

        var balanced = Balanced(none);
        Assert.Equal(Math.Log(8.0 / 3), balanced.Field!.Level, 1e-4);
        Assert.Equal(none.Level, balanced.Level);

        // With this level instead of none, nothing is left.
        Assert.Equal(0, Balanced(balanced).Field!.Level, 1e-4);
        Assert.Equal(0, new SpreadFit(2).Balance(none).Field!.Level);
    }

    [Fact]
    public void A_field_is_corrected_by_what_it_tells_as_a_whole()
    {
        using var scope = new TensorScope();
        var none = new SpreadCorrection(2, [0, 0, 0, 0], [1, 1, 1, 1]);
        var fit = new SpreadFit(2);
        var field = Weights.Normal(1, 0, 1, 1, Patch, Patch);
        double Left(double x) => 0.3 + (0.5 * x);
        for (var x = -2.0; x < 2; x += 0.25)
        {
            // Variance 2f², error e^left times it.
            fit.Add([field, -field], field * Math.Sqrt(3 * Math.Exp(Left(x))), [x]);
        }

        var balanced = fit.Balance(none);
        foreach (var (x, seen) in new[] { (0.6, 0.6), (-1.7, -1.7), (5, 1.75) })
        {
            var factor = balanced.Apply([field, -field], [x])[0].Square().Mean().Item() / field.Square().Mean().Item();
            Assert.Equal(Left(seen), Math.Log(factor), 0.05);
        }

        Assert.Throws<InputException>(() => balanced.Apply([field, -field], [1, 2]));
    }
}
