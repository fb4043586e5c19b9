using Flex.Diffusion.Calibration;

namespace Flex.Diffusion.Tests.Calibration;

public sealed class SpreadBalanceTests
{
    private const int Count = 40;

    private static readonly double[][] _fields = [.. Enumerable.Range(0, Count).Select(f => new[] { -4 + (3 * Any(f)), Any(Count + f), 7 })];

    // Numbers without a pattern between −1 and 1.
    private static double Any(int i) => Math.Sin(100 * Math.Sin((1.7 * i) + 0.3));

    [Fact]
    public void A_trend_is_found_and_not_followed_beyond_what_was_seen()
    {
        static double Left(double[] field) => 0.3 + (0.1 * field[0]) - (0.05 * field[1] * field[0]);
        var law = SpreadBalance.Fit(_fields, [.. _fields.Select(Left)]);
        Assert.All(_fields, field => Assert.Equal(Left(field), law.At(field), 0.01));
        Assert.Equal(law.At([_fields.Max(field => field[0]), 0, 7]), law.At([100, 0, 7]));
        Assert.Equal(law.At([-4, _fields.Min(field => field[1]), 7]), law.At([-4, -100, 7]));
    }

    [Fact]
    public void Chance_is_not_believed()
    {
        double[] left = [.. Enumerable.Range(0, Count).Select(f => 0.2 + Any(1000 + f))];
        var law = SpreadBalance.Fit(_fields, left);
        Assert.All(_fields, field => Assert.Equal(left.Average(), law.At(field), 0.1));
    }

    [Fact]
    public void Few_fields_tell_the_level_alone()
    {
        var law = SpreadBalance.Fit(_fields[..5], [.. _fields[..5].Select(field => 0.2 + field[0])]);
        Assert.Equal(0.2 + _fields[..5].Average(field => field[0]), law.Level, 1e-9);
        Assert.Equal(new double[9], law.Slopes);
    }

    [Fact]
    public void What_is_not_finite_says_nothing()
    {
        double[] left = [.. _fields.Select((field, f) => f % 4 == 0 ? double.NegativeInfinity : 0.1 * field[1])];
        var law = SpreadBalance.Fit(_fields, left);
        Assert.All(_fields, field => Assert.Equal(0.1 * field[1], law.At(field), 0.01));
        Assert.Equal(0, SpreadBalance.Fit(_fields, [.. left.Select(_ => double.NaN)]).At(_fields[0]));
    }
}
