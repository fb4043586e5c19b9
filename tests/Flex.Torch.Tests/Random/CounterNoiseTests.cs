using Flex.Torch.Random;
using FsCheck;
using FsCheck.Fluent;

namespace Flex.Torch.Tests.Random;

public class CounterNoiseTests
{
    private static readonly NoiseKey Key = new(Seed: 3407, Stream: 1);

    [Fact]
    public void Any_part_of_a_sequence_is_the_same_as_in_the_whole()
    {
        var whole = new float[1000];
        CounterNoise.FillNormal(whole, Key);
        var parts = from first in Gen.Choose(0, 999) from count in Gen.Choose(0, 1000 - first) select (first, count);
        Prop.ForAll(parts.ToArbitrary(), part =>
        {
            var numbers = new float[part.count];
            CounterNoise.FillNormal(numbers, Key, part.first);
            return numbers.AsSpan().SequenceEqual(whole.AsSpan(part.first, part.count));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Any_window_is_the_same_as_in_the_plane_around_the_origin()
    {
        const int Half = 50;
        const int Side = 2 * Half;
        var plane = new float[Side * Side];
        CounterNoise.FillNormalWindow(plane, Key, -Half, -Half, Side, Side);
        var windows = from y in Gen.Choose(-Half, Half - 1)
                      from x in Gen.Choose(-Half, Half - 1)
                      from h in Gen.Choose(0, Half - y)
                      from w in Gen.Choose(0, Half - x)
                      select (y, x, h, w);
        Prop.ForAll(windows.ToArbitrary(), window =>
        {
            var (y0, x0, h, w) = window;
            var numbers = new float[h * w];
            CounterNoise.FillNormalWindow(numbers, Key, y0, x0, h, w);
            return Enumerable.Range(0, h).All(y => numbers.AsSpan(y * w, w).SequenceEqual(
                plane.AsSpan((y0 + y + Half) * Side + x0 + Half, w)));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void No_value_of_the_plane_repeats_across_the_origin()
    {
        var plane = new float[64 * 64];
        CounterNoise.FillNormalWindow(plane, Key, -32, -32, 64, 64);
        // 31 + 30 bits make equal floats rare: about 4096²/2 pairs over more than 2²⁴ values.
        Assert.InRange(plane.Distinct().Count(), 4090, 4096);
    }

    [Fact]
    public void Numbers_stay_the_same_over_releases()
    {
        // Pinned bits: a change of the algorithm changes every user's "same seed" and must not happen unnoticed.
        var numbers = new float[32];
        CounterNoise.FillNormal(numbers, new NoiseKey(Seed: 1, Stream: 2, Frame: 3, Member: 4, Step: 5));
        Assert.Equal(PinnedBits, new[] { 0, 8, 16, 24, 31 }.Select(i => BitConverter.SingleToUInt32Bits(numbers[i])));
    }

    [Fact]
    public void Numbers_agree_with_the_transform_in_double_precision()
    {
        const int Count = 1 << 16;
        var key = new NoiseKey(Seed: 8, Stream: 9);
        var numbers = new float[Count];
        CounterNoise.FillNormal(numbers, key);
        var (low, high, _, _) = Philox.Block((9, 0, 0, 0), 8);
        var worst = 0.0;
        for (var i = 0; i < Count; i += 32)
        {
            for (var lane = 0; lane < 8; lane++)
            {
                var words = Philox.Block(((uint)(i / 4 + lane), 0, 0, 0), low | ((ulong)high << 32));
                var (a, b) = Reference(words.W0, words.W1);
                var (c, d) = Reference(words.W2, words.W3);
                worst = new[]
                {
                    worst, Math.Abs(numbers[i + lane] - a), Math.Abs(numbers[i + 8 + lane] - b),
                    Math.Abs(numbers[i + 16 + lane] - c), Math.Abs(numbers[i + 24 + lane] - d),
                }.Max();
            }
        }

        Assert.InRange(worst, 0, 1e-6); // |z| < 5 and a relative error of a few times 2⁻²⁴
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        var numbers = new float[6];
        Assert.Throws<ArgumentOutOfRangeException>(() => CounterNoise.FillNormal(numbers, Key, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => CounterNoise.FillNormal(numbers, Key, (1L << 34) - 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => CounterNoise.FillNormalWindow(numbers, Key, 0, 0, 2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => CounterNoise.FillNormalWindow(numbers, Key, 0, 1L << 31, 2, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => CounterNoise.FillNormalWindow(numbers, Key, -1L << 32, 0, 2, 3));
    }

    private static readonly uint[] PinnedBits = [3218703550, 3187915446, 3187709569, 1061916755, 3221334478];

    private static (double Cos, double Sin) Reference(uint radiusWord, uint angleWord)
    {
        var u = ((float)(radiusWord >> 1) + 0.5f) / (1u << 31); // the rounding of u itself is part of the definition
        var radius = Math.Sqrt(-2 * Math.Log(u));
        var angle = (int)(angleWord << 2) / 4294967296.0 * Math.PI / 2;
        var (sin, cos) = Math.SinCos(angle);
        cos = (angleWord & 0x80000000) == 0 ? cos : -cos;
        return (angleWord & 0x40000000) == 0 ? (radius * cos, radius * sin) : (radius * sin, radius * cos);
    }
}
