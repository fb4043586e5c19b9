using Flex.Diffusion.Calibration;
using Flex.Torch;

namespace Flex.Diffusion.Tests.Calibration;

public sealed class FieldFitTests
{
    private const int Count = 40, Patch = 16;

    private static readonly double[][] _fields = [.. Enumerable.Range(0, Count).Select(f => new[] { -4 + (3 * Any(f)), Any(Count + f), 7 })];

    // Numbers without a pattern between −1 and 1.
    private static double Any(int i) => Math.Sin(100 * Math.Sin((1.7 * i) + 0.3));

    [Fact]
    public void A_trend_is_found_and_not_followed_beyond_what_was_seen()
    {
        static double Left(double[] field) => 0.3 + (0.1 * field[0]) - (0.05 * field[1] * field[0]);
        var law = FieldFit.Fit(_fields, [.. _fields.Select(Left)]);
        Assert.All(_fields, field => Assert.Equal(Left(field), law.At(field), 0.01));
        Assert.Equal(law.At([_fields.Max(field => field[0]), 0, 7]), law.At([100, 0, 7]));
        Assert.Equal(law.At([-4, _fields.Min(field => field[1]), 7]), law.At([-4, -100, 7]));
    }

    [Fact]
    public void Chance_is_not_believed()
    {
        double[] left = [.. Enumerable.Range(0, Count).Select(f => 0.2 + Any(1000 + f))];
        var law = FieldFit.Fit(_fields, left);
        Assert.All(_fields, field => Assert.Equal(left.Average(), law.At(field), 0.1));
    }

    [Fact]
    public void Few_fields_tell_the_level_alone()
    {
        var law = FieldFit.Fit(_fields[..5], [.. _fields[..5].Select(field => 0.2 + field[0])]);
        Assert.Equal(0.2 + _fields[..5].Average(field => field[0]), law.Level, 1e-9);
        Assert.Equal(new double[9], law.Slopes);
    }

    [Fact]
    public void What_is_not_finite_says_nothing()
    {
        double[] left = [.. _fields.Select((field, f) => f % 4 == 0 ? double.NegativeInfinity : 0.1 * field[1])];
        var law = FieldFit.Fit(_fields, left);
        Assert.All(_fields, field => Assert.Equal(0.1 * field[1], law.At(field), 0.01));
        Assert.Equal(0, FieldFit.Fit(_fields, [.. left.Select(_ => double.NaN)]).At(_fields[0]));
    }

    [Fact]
    public void What_is_left_is_the_mean_over_fields_of_a_logarithm()
    {
        using var scope = new TensorScope();
        var none = new SpreadCorrection(2, [0, 0, 0, 0], [1, 1, 1, 1]);
        var field = Weights.Normal(1, 0, 1, 1, Patch, Patch);

        // Variances 2f² and 200f², errors 4f²·2/3 and 1600f²·2/3: ratios 4/3 and 16/3. A field without error says nothing.
        FieldLaw Left(SpreadCorrection correction)
        {
            var fit = new FieldFit();
            fit.Add(correction.Apply([field, -field]), field * 2, []);
            fit.Add(correction.Apply([field * 10, field * -10]), field * 40, []);
            fit.Add(correction.Apply([field, -field]), field * 0, []);
            return fit.Fit();
        }

        var law = Left(none);
        Assert.Equal(Math.Log(8.0 / 3), law.Level, 1e-4);

        // With this level instead of none, nothing is left.
        Assert.Equal(0, Left(none with { Field = law }).Level, 1e-4);
        Assert.Equal(0, new FieldFit().Fit().Level);
    }

    [Fact]
    public void A_field_is_corrected_by_what_it_tells_as_a_whole()
    {
        using var scope = new TensorScope();
        var fit = new FieldFit();
        var field = Weights.Normal(1, 0, 1, 1, Patch, Patch);
        double Left(double x) => 0.3 + (0.5 * x);
        for (var x = -2.0; x < 2; x += 0.25)
        {
            // Variance 2f², error e^left times it.
            fit.Add([field, -field], field * Math.Sqrt(3 * Math.Exp(Left(x))), [x]);
        }

        var balanced = new SpreadCorrection(2, [0, 0, 0, 0], [1, 1, 1, 1]) { Field = fit.Fit() };
        foreach (var (x, seen) in new[] { (0.6, 0.6), (-1.7, -1.7), (5, 1.75) })
        {
            var factor = balanced.Apply([field, -field], [x])[0].Square().Mean().Item() / field.Square().Mean().Item();
            Assert.Equal(Left(seen), Math.Log(factor), 0.05);
        }

        Assert.Throws<InputException>(() => balanced.Apply([field, -field], [1, 2]));
    }
}
