using Flex.Torch.Random;

namespace Flex.Torch.Tests.Random;

public class CounterGeneratorTests
{
    [Fact]
    public void A_restored_generator_goes_on_where_the_saved_one_stood()
    {
        var generator = new CounterGenerator(seed: 1, stream: 2);
        for (var i = 0; i < 7; i++)
        {
            generator.NextDouble();
        }

        var restored = new CounterGenerator(seed: 1, stream: 2, generator.State);
        Assert.Equal(Draws(generator), Draws(restored));
        restored.State = 7;
        Assert.NotEqual(Draws(generator), Draws(restored));
    }

    [Fact]
    public void Words_are_the_halves_of_consecutive_blocks()
    {
        var (low, high, _, _) = Philox.Block((2, 0, 1, 0), 1); // stream 2, domain 1, seed 1
        var key = low | ((ulong)high << 32);
        var generator = new CounterGenerator(seed: 1, stream: 2);
        for (uint block = 0; block < 3; block++)
        {
            var (w0, w1, w2, w3) = Philox.Block((block, 0, 0, 0), key);
            Assert.Equal(w0 | ((ulong)w1 << 32), generator.NextUInt64());
            Assert.Equal(w2 | ((ulong)w3 << 32), generator.NextUInt64());
        }
    }

    [Fact]
    public void Seeds_and_streams_give_other_numbers()
    {
        var draws = Draws(new CounterGenerator(1, 1));
        Assert.Equal(draws, Draws(new CounterGenerator(1, 1)));
        Assert.Empty(draws.Intersect(Draws(new CounterGenerator(1, 2))));
        Assert.Empty(draws.Intersect(Draws(new CounterGenerator(2, 1))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(6)]
    [InlineData(10)]
    public void Whole_numbers_are_uniform(int n)
    {
        const int Draws = 60_000;
        var generator = new CounterGenerator(seed: 3, stream: 0);
        var counts = new int[n];
        for (var i = 0; i < Draws; i++)
        {
            counts[generator.NextInt(n)]++;
        }

        // χ² with n − 1 degrees of freedom: its 99.9 % quantile is below 27.9 for 9 degrees.
        var expected = (double)Draws / n;
        Assert.InRange(counts.Sum(c => (c - expected) * (c - expected) / expected), 0, 27.9);
    }

    [Fact]
    public void Doubles_are_uniform_in_the_unit_interval()
    {
        const int Draws = 100_000;
        var generator = new CounterGenerator(seed: 4, stream: 0);
        var values = Enumerable.Range(0, Draws).Select(_ => generator.NextDouble()).ToArray();
        Assert.InRange(values.Min(), 0, 1e-3);
        Assert.InRange(values.Max(), 0.999, Math.BitDecrement(1.0));
        Assert.InRange((values.Average() - 0.5) * Math.Sqrt(12.0 * Draws), -4, 4);
    }

    [Fact]
    public void Shuffling_is_a_permutation_and_reaches_every_order_equally()
    {
        var generator = new CounterGenerator(seed: 5, stream: 0);
        var orders = new Dictionary<string, int>();
        for (var i = 0; i < 6000; i++)
        {
            char[] items = ['a', 'b', 'c'];
            generator.Shuffle(items.AsSpan());
            var order = new string(items);
            orders[order] = orders.GetValueOrDefault(order) + 1;
        }

        Assert.Equal(["abc", "acb", "bac", "bca", "cab", "cba"], orders.Keys.Order());
        Assert.InRange(orders.Values.Sum(c => (c - 1000.0) * (c - 1000.0) / 1000), 0, 20.5); // χ², 5 degrees, 99.9 %
    }

    [Fact]
    public void No_outcome_at_all_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new CounterGenerator(0, 0).NextInt(0));

    private static ulong[] Draws(CounterGenerator generator) =>
        [.. Enumerable.Range(0, 9).Select(_ => generator.NextUInt64())];
}
