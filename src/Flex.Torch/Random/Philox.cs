using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Flex.Torch.Random;

/// <summary>
/// Philox4x32-10: a keyed bijection of 128-bit counters whose outputs pass BigCrush (J. K. Salmon et al., "Parallel random
/// numbers: as easy as 1, 2, 3", SC11). Any block of the sequence is computed on its own, in any order.
/// </summary>
public static class Philox
{
    /// <summary>How many consecutive blocks <see cref="EightBlocks"/> computes.</summary>
    internal const int Lanes = 8;

    private const int Rounds = 10;
    private const uint Multiplier0 = 0xD2511F53;
    private const uint Multiplier1 = 0xCD9E8D57;
    private const uint Weyl0 = 0x9E3779B9; // golden ratio
    private const uint Weyl1 = 0xBB67AE85; // √3 − 1

    /// <summary>Computes one block of four words.</summary>
    /// <param name="counter">The counter's words, lowest first.</param>
    /// <param name="key">The key; its lower half is the first key word.</param>
    /// <returns>Four independent words, uniform over 0 … 2³² − 1.</returns>
    public static (uint W0, uint W1, uint W2, uint W3) Block((uint C0, uint C1, uint C2, uint C3) counter, ulong key)
    {
        var (c0, c1, c2, c3) = counter;
        var (k0, k1) = ((uint)key, (uint)(key >> 32));
        for (var round = 0; round < Rounds; round++)
        {
            var product0 = (ulong)Multiplier0 * c0;
            var product1 = (ulong)Multiplier1 * c2;
            (c0, c1, c2, c3) =
                ((uint)(product1 >> 32) ^ c1 ^ k0, (uint)product1, (uint)(product0 >> 32) ^ c3 ^ k1, (uint)product0);
            k0 += Weyl0;
            k1 += Weyl1;
        }

        return (c0, c1, c2, c3);
    }

    /// <summary>Computes the blocks whose lowest counter words are <c>c0 … c0 + 7</c>; lane i belongs to <c>c0 + i</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (Vector256<uint> W0, Vector256<uint> W1, Vector256<uint> W2, Vector256<uint> W3) EightBlocks(
        uint c0, uint c1, uint c2, uint c3, ulong key)
    {
        var v0 = Vector256.Create(c0) + Vector256<uint>.Indices;
        var v1 = Vector256.Create(c1);
        var v2 = Vector256.Create(c2);
        var v3 = Vector256.Create(c3);
        var (k0, k1) = ((uint)key, (uint)(key >> 32));
        for (var round = 0; round < Rounds; round++)
        {
            var (high0, low0) = Multiply(v0, Multiplier0);
            var (high1, low1) = Multiply(v2, Multiplier1);
            v0 = high1 ^ v1 ^ Vector256.Create(k0);
            v1 = low1;
            v2 = high0 ^ v3 ^ Vector256.Create(k1);
            v3 = low0;
            k0 += Weyl0;
            k1 += Weyl1;
        }

        return (v0, v1, v2, v3);
    }

    /// <summary>The high and low words of 32 × 32 → 64-bit products: even and odd lanes are multiplied apart and merged.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<uint> High, Vector256<uint> Low) Multiply(Vector256<uint> a, uint b)
    {
        var even = MultiplyEven(a, b);
        var odd = MultiplyEven((a.AsUInt64() >> 32).AsUInt32(), b);
        var lowWords = Vector256.Create(0xFFFFFFFFUL);
        var high = (even >> 32) | (odd & ~lowWords);
        var low = (even & lowWords) | (odd << 32);
        return (high.AsUInt32(), low.AsUInt32());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> MultiplyEven(Vector256<uint> a, uint b) => Avx2.IsSupported
        ? Avx2.Multiply(a, Vector256.Create(b))
        : (a.AsUInt64() & Vector256.Create(0xFFFFFFFFUL)) * b;
}
