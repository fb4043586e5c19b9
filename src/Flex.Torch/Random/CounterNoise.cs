using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Flex.Torch.Random;

/// <summary>
/// Noise as a pure function of key and position: any part of a field, asked for in any order, holds the same bits as the
/// same part of the whole.
/// </summary>
/// <remarks>
/// Positions are served in groups of 32: eight Philox blocks side by side, so that element i of a group is word i / 8
/// of block i mod 8. This layout is fixed; it does not follow the machine's vector width. With the operations of
/// <see cref="BoxMuller"/> rounded as IEEE 754 says, results agree bit for bit on every machine.
/// </remarks>
public static class CounterNoise
{
    private const int Words = 4;
    private const int Group = Philox.Lanes * Words;

    // A block's number within its row is a 32-bit word of the counter.
    private const long MaxCount = Words * (1L << 32);

    private interface IDistribution
    {
        static abstract (Vector256<float> A, Vector256<float> B) Map(Vector256<uint> a, Vector256<uint> b);
    }

    /// <summary>Fills with elements <c>firstIndex, firstIndex + 1, …</c> of the key's sequence of standard normal numbers.</summary>
    /// <param name="destination">The numbers.</param>
    /// <param name="key">The sequence.</param>
    /// <param name="firstIndex">The first element's index; a sequence has 2³⁴ elements.</param>
    public static void FillNormal(Span<float> destination, NoiseKey key, long firstIndex = 0) =>
        FillSequence<Normal>(destination, key, firstIndex);

    /// <summary>Fills with elements <c>firstIndex, firstIndex + 1, …</c> of the key's sequence of numbers uniform in [0, 1).</summary>
    /// <param name="destination">The numbers, multiples of 2⁻²⁴.</param>
    /// <param name="key">The sequence.</param>
    /// <param name="firstIndex">The first element's index; a sequence has 2³⁴ elements.</param>
    public static void FillUniform(Span<float> destination, NoiseKey key, long firstIndex = 0) =>
        FillSequence<Uniform>(destination, key, firstIndex);

    /// <summary>Fills with a window of the key's plane of standard normal numbers; negative coordinates are part of it.</summary>
    /// <param name="destination">The window (h, w), row-major.</param>
    /// <param name="key">The plane.</param>
    /// <param name="y0">The first row, a 32-bit number.</param>
    /// <param name="x0">The first column, a 32-bit number.</param>
    /// <param name="h">The number of rows.</param>
    /// <param name="w">The number of columns.</param>
    /// <remarks>The plane's row 0 repeats the numbers of <see cref="FillNormal"/>: use another stream for each.</remarks>
    /// <exception cref="ArgumentException">The destination has another size, or the window leaves the 32-bit range.</exception>
    public static void FillNormalWindow(Span<float> destination, NoiseKey key, long y0, long x0, int h, int w)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(h);
        ArgumentOutOfRangeException.ThrowIfNegative(w);
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, (long)h * w);
        ArgumentOutOfRangeException.ThrowIfLessThan(Math.Min(y0, x0), int.MinValue);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(y0, int.MaxValue - (long)h);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(x0, int.MaxValue - (long)w);
        var philoxKey = key.PhiloxKey;
        for (var row = 0; row < h; row++)
        {
            FillRow<Normal>(destination.Slice(row * w, w), key, philoxKey, y0 + row, x0);
        }
    }

    private static void FillSequence<TDistribution>(Span<float> destination, NoiseKey key, long firstIndex)
        where TDistribution : struct, IDistribution
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstIndex, MaxCount - destination.Length);
        FillRow<TDistribution>(destination, key, key.PhiloxKey, 0, firstIndex);
    }

    // Optimised at once: compiled in haste first, as .NET does, it would be a hundred times slower for the whole of a short command.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FillRow<TDistribution>(
        Span<float> destination, NoiseKey key, ulong philoxKey, long row, long first)
        where TDistribution : struct, IDistribution
    {
        Span<float> partial = stackalloc float[Group];
        var group = first >> 5; // floor(first / 32), negative columns included
        var skip = (int)(first & (Group - 1));
        while (!destination.IsEmpty)
        {
            var count = Math.Min(Group - skip, destination.Length);
            var whole = count == Group;
            FillGroup<TDistribution>(whole ? destination : partial, key, philoxKey, row, group);
            if (!whole)
            {
                partial.Slice(skip, count).CopyTo(destination);
            }

            destination = destination[count..];
            group++;
            skip = 0;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FillGroup<TDistribution>(
        Span<float> destination, NoiseKey key, ulong philoxKey, long row, long group)
        where TDistribution : struct, IDistribution
    {
        var firstBlock = (uint)(group * Philox.Lanes);
        var (w0, w1, w2, w3) = Philox.EightBlocks(firstBlock, (uint)row, key.Step, key.Member, philoxKey);
        var (a, b) = TDistribution.Map(w0, w1);
        var (c, d) = TDistribution.Map(w2, w3);
        a.CopyTo(destination);
        b.CopyTo(destination[Philox.Lanes..]);
        c.CopyTo(destination[(2 * Philox.Lanes)..]);
        d.CopyTo(destination[(3 * Philox.Lanes)..]);
    }

    private readonly struct Normal : IDistribution
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (Vector256<float> A, Vector256<float> B) Map(Vector256<uint> a, Vector256<uint> b) =>
            BoxMuller.Map(a, b);
    }

    private readonly struct Uniform : IDistribution
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (Vector256<float> A, Vector256<float> B) Map(Vector256<uint> a, Vector256<uint> b) =>
            (ToUnit(a), ToUnit(b));

        // The upper 24 bits are exact in a float.
        private static Vector256<float> ToUnit(Vector256<uint> words) =>
            Vector256.ConvertToSingle((words >> 8).AsInt32()) * (1f / (1 << 24));
    }
}
