using Flex.Diffusion.Calibration;

namespace Flex.Diffusion.Tests.Calibration;

public sealed class SpreadBalanceTests
{
    private const int Fields = 40, Octaves = 3;

    // Numbers without a pattern between −1 and 1.
    private static double Any(int i) => Math.Sin(100 * Math.Sin((1.7 * i) + 0.3));

    private static readonly double[][] _logs = [.. Enumerable.Range(0, Fields).Select(f => Enumerable.Range(0, Octaves).Select(k => -4 + (3 * Any((Octaves * f) + k))).ToArray())];

    private static double Foretold(SpreadLaw law, double[] logs) => law.Level + law.Exponents.Zip(logs, (b, x) => b * x).Sum();

    [Fact]
    public void A_trend_is_found()
    {
        double Left(double[] logs) => 0.3 + (0.1 * logs[0]) - (0.05 * logs[2]);
        var law = SpreadBalance.Fit(_logs, [.. _logs.Select(Left)]);
        Assert.All(_logs, logs => Assert.Equal(Left(logs), Foretold(law, logs), 0.01));
        Assert.Equal(0.1, law.Exponents[0], 0.005);
    }

    [Fact]
    public void Chance_is_not_believed()
    {
        double[] left = [.. Enumerable.Range(0, Fields).Select(f => 0.2 + Any(1000 + f))];
        var law = SpreadBalance.Fit(_logs, left);
        Assert.All(_logs, logs => Assert.Equal(left.Average(), Foretold(law, logs), 0.15));
    }

    [Fact]
    public void Few_fields_tell_the_level_alone()
    {
        var law = SpreadBalance.Fit(_logs[..5], [.. _logs[..5].Select(logs => 0.2 + logs[0])]);
        Assert.Equal(0.2 + _logs[..5].Average(logs => logs[0]), law.Level, 1e-9);
        Assert.Equal([0.0, 0, 0], law.Exponents);
    }

    [Fact]
    public void What_is_not_finite_says_nothing()
    {
        double[] left = [.. _logs.Select((logs, f) => f % 4 == 0 ? double.NegativeInfinity : 0.1 * logs[1])];
        var law = SpreadBalance.Fit(_logs, left);
        Assert.Equal(0.1, law.Exponents[1], 0.005);
        Assert.Equal(0, SpreadBalance.Fit(_logs, [.. left.Select(_ => double.NaN)]).Level);
    }
}
