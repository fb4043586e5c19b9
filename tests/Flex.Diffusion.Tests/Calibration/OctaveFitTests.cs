using Flex.Diffusion.Calibration;
using Flex.Torch;

namespace Flex.Diffusion.Tests.Calibration;

public sealed class OctaveFitTests
{
    private const int Patch = 16, Fields = 10, Tiles = 20, Members = 4;

    // White noise has the same variance in every octave: each tile's members have its variance v about a mean that errs by e^a·v^b.
    private static OctaveFit Fit(double level, double exponent, Func<int, double> variance, ulong seed = 0, SpreadCorrection? first = null)
    {
        var fit = new OctaveFit(2);
        for (var f = 0; f < Fields; f++)
        {
            using var scope = new TensorScope();
            Tensor Noise(int field, Func<double, double> scale) => Weights.Normal((ulong)f + seed, (uint)field, Tiles, 1, Patch, Patch)
                * Tensor.From<float>([.. Enumerable.Range(f * Tiles, Tiles).Select(i => (float)Math.Sqrt(scale(variance(i))))], Tiles, 1, 1, 1);
            Tensor[] draws = [.. Enumerable.Range(1, Members).Select(m => Noise(m, v => v))];

            // The truth is as far from the ensemble's law's centre as the members would be if the spread were right.
            var mean = draws.Skip(1).Aggregate(draws[0], (sum, draw) => sum + draw) / Members;
            fit.Add(first?.Apply(draws) ?? draws, mean + (Noise(0, v => Math.Exp(level) * Math.Pow(v, exponent)) * Math.Sqrt((Members + 1.0) / Members)), []);
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
        // Two tiles a field, in one field ten thousand times wilder than in the other: their errors' ratios e² and 1 make e¹ of the variances' ratio e.
        var fields = new[] { 1, 10_000 }.Select((size, f) => new SpreadRegression.Field([[0], [1]], f == 0 ? [size / (1 + Math.E), size * Math.E / (1 + Math.E)] : [size / 2.0, size / 2.0])).ToList();
        var shares = fields.Average(field => field.Errors[1] / field.Errors.Sum());
        var exponent = Assert.Single(SpreadRegression.Fit(fields, own: 0, octaves: 1));

        // Drawn towards 1 by the ridge, of which two fields have the strength 1 each, in units of the deviation 1/2.
        Assert.Equal(2 * (shares - (1 / (1 + Math.Exp(-exponent)))), 0.5 * (exponent - 1), 1e-6);
    }

    [Fact]
    public void What_tells_fields_apart_is_not_taken_for_what_tells_tiles_apart()
    {
        // Within every field the error is as the variance; from field to field it is as its cube.
        SpreadRegression.Field Field(int f) => new(
            [.. Enumerable.Range(0, Tiles).Select(i => new[] { (2.0 * f) + Math.Sin(i + f) })], [.. Enumerable.Range(0, Tiles).Select(i => Math.Exp((6.0 * f) + Math.Sin(i + f)))]);
        List<SpreadRegression.Field> fields = [.. Enumerable.Range(0, Fields).Select(Field)];
        var exponents = SpreadRegression.Fit(fields, own: 0, octaves: 1);
        Assert.Equal(1, Assert.Single(exponents), 1e-6);
        Assert.All(fields.Index(), field => Assert.Equal(4.0 * field.Index, field.Item.Level(exponents), 1e-6));
    }

    [Fact]
    public void Every_octave_has_a_level_that_knows_the_field()
    {
        using var scope = new TensorScope();
        var fit = new OctaveFit(2);
        static Tensor Wave(int halfWaves) => Tensor.From<float>(
            [.. Enumerable.Range(0, Patch * Patch).Select(i => (float)Math.Cos(Math.PI * halfWaves * ((i % Patch) + 0.5) / Patch))], 1, 1, Patch, Patch);
        var (low, high) = (Wave(2), Wave(8));
        for (var x = -2.0; x < 2; x += 0.25)
        {
            // Both octaves have the variance 2 and the error e^±x times that.
            fit.Add([low + high, -low - high], ((low * Math.Exp(x / 2)) + (high * Math.Exp(-x / 2))) * Math.Sqrt(3), [x]);
        }

        var corrected = fit.Fit().Apply([low + high, -low - high], [1.2]);
        var expected = (low * Math.Exp(0.6)) + (high * Math.Exp(-0.6));
        Assert.InRange((expected - corrected[0]).Abs().Max().Item(), 0, 0.05);
    }

    [Fact]
    public void What_another_octave_tells_is_used()
    {
        // The error of octave 2 is the variance of octave 0, whatever its own.
        static SpreadRegression.Field Field(int f) => new(
            [.. Enumerable.Range(0, Tiles).Select(i => new[] { Math.Sin(i + f), Math.Cos((2 * i) + f), Math.Cos((3 * i) - f) })],
            [.. Enumerable.Range(0, Tiles).Select(i => Math.Exp(0.3 + Math.Sin(i + f)))]);
        var exponents = SpreadRegression.Fit([.. Enumerable.Range(0, Fields).Select(Field)], own: 2, octaves: 3);
        Assert.Equal([1.0, 0, 0], exponents.Select(exponent => Math.Round(exponent, 1)));
        Assert.Equal(0.3, Field(3).Level(exponents), 0.02);
    }

    [Fact]
    public void What_octaves_tell_by_chance_is_not_believed()
    {
        // Errors are the own variance times what differs from tile to tile without a pattern, as the other octaves do, too.
        static double Chance(double i) => Math.Sin(100 * Math.Sin((1.7 * i) + 0.3));
        static SpreadRegression.Field Field(int f) => new(
            [.. Enumerable.Range(f * Tiles, Tiles).Select(i => new[] { Chance(i), Chance(i + 1000), Math.Cos((3 * i) - f) })],
            [.. Enumerable.Range(f * Tiles, Tiles).Select(i => Math.Exp(Math.Cos((3 * i) - f)) * (1 + (0.9 * Chance(i + 2000))))]);
        var exponents = SpreadRegression.Fit([.. Enumerable.Range(0, Fields).Select(Field)], own: 2, octaves: 3);
        Assert.Equal([0.0, 0, 1], exponents, (expected, actual) => Math.Abs(expected - actual) < 0.2);
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
        var fit = new OctaveFit(2);
        var field = Weights.Normal(1, 0, 1, 1, Patch, Patch);
        fit.Add([field, -field], field * 0, []);
        fit.Add([field, -field], field * 2, []);

        // v = 2f² twice, errors 0, which says nothing, and 4f²·2/3: two thirds of two.
        var correction = fit.Fit();
        Assert.All(correction.Exponent, exponent => Assert.Equal(1, exponent));
        Assert.All(correction.Level, level => Assert.Equal(Math.Log(4.0 / 3), level, 1e-4));
        Assert.Throws<InvalidOperationException>(() => new OctaveFit(2).Fit());
    }
}
