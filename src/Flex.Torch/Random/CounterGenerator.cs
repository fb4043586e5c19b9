namespace Flex.Torch.Random;

/// <summary>
/// A sequential generator whose whole state is one number: for shuffling, patch positions and other draws of a data
/// loader that a resumed run must repeat exactly.
/// </summary>
public sealed class CounterGenerator
{
    private readonly ulong key;

    /// <summary>Creates the generator.</summary>
    /// <param name="seed">The user's seed.</param>
    /// <param name="stream">The purpose; streams of one seed are independent.</param>
    /// <param name="state">A saved <see cref="State"/> to go on from; 0 for the start.</param>
    public CounterGenerator(ulong seed, uint stream, ulong state = 0)
    {
        key = NoiseKey.Derive(seed, stream, 0, NoiseKey.Domain.Generator);
        State = state;
    }

    /// <summary>How many 64-bit words were drawn; setting it moves the generator there.</summary>
    public ulong State { get; set; }

    /// <summary>Draws a word, uniform over all 64-bit numbers.</summary>
    /// <returns>The word.</returns>
    public ulong NextUInt64()
    {
        // A block of 128 bits serves two draws.
        var block = State >> 1;
        var (w0, w1, w2, w3) = Philox.Block(((uint)block, (uint)(block >> 32), 0, 0), key);
        var second = (State++ & 1) != 0;
        return second ? w2 | ((ulong)w3 << 32) : w0 | ((ulong)w1 << 32);
    }

    /// <summary>Draws a number uniform in [0, 1), a multiple of 2⁻⁵³.</summary>
    /// <returns>The number.</returns>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Draws a whole number uniform in 0 … n − 1, without bias (D. Lemire, "Fast random integer generation in an interval", 2019).</summary>
    /// <param name="n">The number of outcomes, at least 1.</param>
    /// <returns>The number.</returns>
    public int NextInt(int n)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(n);
        var tooFew = unchecked(0UL - (ulong)n) % (ulong)n; // 2⁶⁴ mod n products are rejected
        ulong low;
        ulong high;
        do
        {
            high = Math.BigMul(NextUInt64(), (ulong)n, out low);
        }
        while (low < tooFew);
        return (int)high;
    }

    /// <summary>Puts items in random order (Fisher–Yates).</summary>
    /// <typeparam name="T">The items' type.</typeparam>
    /// <param name="items">The items, reordered in place.</param>
    public void Shuffle<T>(Span<T> items)
    {
        for (var last = items.Length - 1; last > 0; last--)
        {
            var chosen = NextInt(last + 1);
            (items[last], items[chosen]) = (items[chosen], items[last]);
        }
    }
}
