using Flex.Torch.Random;

namespace Flex.Torch.Tests.Random;

/// <summary>
/// Statistics of a fixed sample against their known distributions: a bound of 4 standard errors is missed by a correct
/// generator once in 16,000 samples, and the seed is fixed.
/// </summary>
public class CounterNoiseStatisticsTests
{
    private const int Count = 1 << 18;
    private const double Bound = 4;

    private static readonly NoiseKey Key = new(Seed: 20, Stream: 26);

    [Fact]
    public void Normal_moments_are_0_1_0_3()
    {
        var z = Normal(Key);
        AssertMean(0, 1, z);
        AssertMean(1, 2, z.Select(v => v * v));
        AssertMean(0, 15, z.Select(v => v * v * v));
        AssertMean(3, 96, z.Select(v => v * v * v * v)); // var(z⁴) = 105 − 9
    }

    [Fact]
    public void Uniform_moments_are_a_half_and_a_twelfth()
    {
        var u = new float[Count];
        CounterNoise.FillUniform(u, Key);
        AssertMean(0.5, 1.0 / 12, u.Select(v => (double)v));
        AssertMean(1.0 / 12, 1.0 / 180, u.Select(v => (v - 0.5) * (v - 0.5)));
        Assert.InRange(u.Min(), 0f, 1e-4f);
        Assert.InRange(u.Max(), 0.9999f, MathF.BitDecrement(1));
    }

    [Fact]
    public void Normal_numbers_pass_Kolmogorov_and_Smirnov_at_the_one_percent_level()
    {
        var z = Normal(Key);
        Array.Sort(z);
        var distance = 0.0;
        for (var i = 0; i < Count; i++)
        {
            var expected = NormalCdf(z[i]);
            distance = Math.Max(distance, Math.Max(expected - (double)i / Count, (i + 1.0) / Count - expected));
        }

        Assert.InRange(distance, 0, 1.628 / Math.Sqrt(Count));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(8)] // the sine branch of the same pair
    [InlineData(16)] // the second pair of the same block
    [InlineData(24)]
    [InlineData(32)]
    [InlineData(1024)]
    public void Neighbours_at_any_lag_are_uncorrelated(int lag)
    {
        var z = Normal(Key);
        AssertMean(0, 1, z.Take(Count - lag).Select((v, i) => v * z[i + lag]));
        // Magnitudes too: a shared radius shows in the squares only.
        AssertMean(0, 4, z.Take(Count - lag).Select((v, i) => (v * v - 1) * (z[i + lag] * z[i + lag] - 1)));
    }

    [Fact]
    public void Fields_that_differ_in_any_part_of_the_key_are_uncorrelated()
    {
        var z = Normal(Key);
        NoiseKey[] others =
        [
            Key with { Seed = Key.Seed + 1 }, Key with { Seed = Key.Seed | (1UL << 63) }, Key with { Stream = Key.Stream + 1 },
            Key with { Frame = 1 }, Key with { Member = 1 }, Key with { Step = 1 }, Key with { Member = 1u << 31 },
        ];
        foreach (var other in others)
        {
            AssertMean(0, 1, Normal(other).Select((v, i) => v * z[i]));
        }
    }

    [Fact]
    public void Rows_and_columns_of_a_plane_are_uncorrelated()
    {
        const int Side = 512;
        var plane = new float[Side * Side];
        CounterNoise.FillNormalWindow(plane, Key, -100, -200, Side, Side);
        AssertMean(0, 1, plane.Select(v => (double)v));
        AssertMean(0, 1, plane.SkipLast(Side).Select((v, i) => (double)v * plane[i + Side]));
        AssertMean(0, 1, plane.SkipLast(Side + 1).Select((v, i) => (double)v * plane[i + Side + 1]));
    }

    private static double[] Normal(NoiseKey key)
    {
        var z = new float[Count];
        CounterNoise.FillNormal(z, key);
        return [.. z.Select(v => (double)v)];
    }

    private static void AssertMean(double expected, double variance, IEnumerable<double> values)
    {
        var (sum, count) = (0.0, 0);
        foreach (var value in values)
        {
            sum += value;
            count++;
        }

        var standardErrors = (sum / count - expected) / Math.Sqrt(variance / count);
        Assert.InRange(standardErrors, -Bound, Bound);
    }

    /// <summary>Φ(z) = ½ + φ(z)·(z + z³/3 + z⁵/(3·5) + …).</summary>
    private static double NormalCdf(double z)
    {
        var (sum, term) = (z, z);
        for (var n = 3; Math.Abs(term) > 1e-12; n += 2)
        {
            term *= z * z / n;
            sum += term;
        }

        return 0.5 + Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI) * sum;
    }
}
