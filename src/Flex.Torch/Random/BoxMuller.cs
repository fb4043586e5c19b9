using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Flex.Torch.Random;

/// <summary>
/// The Box–Muller transform of two uniform words to two independent standard normal numbers, in single precision:
/// √(−2 ln u)·(cos φ, sin φ). Every step is one correctly rounded IEEE operation (no fused multiply-add, no library
/// function), so that a result does not depend on the machine.
/// </summary>
/// <remarks>The radius has 31 random bits: |z| ≤ 6.66. Logarithm, sine and cosine are within 3·10⁻⁷ relative error.</remarks>
internal static class BoxMuller
{
    private const float Ln2 = 0.693147181f;
    private const float HalfPi = 1.57079633f;

    /// <summary>Maps eight pairs of words to eight pairs of numbers.</summary>
    /// <param name="radiusWords">Words that give the radius.</param>
    /// <param name="angleWords">Words that give the angle.</param>
    /// <returns>The cosine branch and the sine branch.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<float> A, Vector256<float> B) Map(Vector256<uint> radiusWords, Vector256<uint> angleWords)
    {
        // u = (n + ½)/2³¹ with n of 31 bits is never 0; a signed conversion is one instruction everywhere.
        var n = Vector256.ConvertToSingle((radiusWords >> 1).AsInt32());
        var u = (n + Vector256.Create(0.5f)) * (1f / (1u << 31));
        var radius = Vector256.Sqrt(Log(u) * -2f);
        var (cos, sin) = RandomDirection(angleWords);
        return (radius * cos, radius * sin);
    }

    /// <summary>ln u for 0 &lt; u ≤ 1: u = 2ᵉ·m with m in [√½, √2), ln m = 2 artanh((m − 1)/(m + 1)) as a series.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Log(Vector256<float> u)
    {
        var sqrtHalfBits = Vector256.Create(0x3F3504F3);
        var bits = u.AsInt32() - sqrtHalfBits;
        var exponent = Vector256.ConvertToSingle(bits >> 23);
        var m = ((bits & Vector256.Create(0x007FFFFF)) + sqrtHalfBits).AsSingle();
        var t = (m - Vector256<float>.One) / (m + Vector256<float>.One); // |t| < 0.172
        var t2 = t * t;
        var series = (((t2 * (2f / 9) + Vector256.Create(2f / 7)) * t2 + Vector256.Create(2f / 5)) * t2
            + Vector256.Create(2f / 3)) * t2;
        return exponent * Ln2 + (t * series + (t + t));
    }

    /// <summary>
    /// A uniform point on the circle: 30 bits give an angle within ±π/4, where the Taylor series of sine and cosine
    /// converge fast; one bit exchanges the axes and one flips the longer component, which covers the other quarters.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> Cos, Vector256<float> Sin) RandomDirection(Vector256<uint> words)
    {
        var signed30 = (words << 2).AsInt32();
        var x = Vector256.ConvertToSingle(signed30) * (HalfPi / 4294967296f);
        var x2 = x * x;
        var sin = x + x * x2 * (((x2 * (1f / 362880) + Vector256.Create(-1f / 5040)) * x2
            + Vector256.Create(1f / 120)) * x2 + Vector256.Create(-1f / 6));
        var cos = (((x2 * (1f / 40320) + Vector256.Create(-1f / 720)) * x2 + Vector256.Create(1f / 24)) * x2
            + Vector256.Create(-1f / 2)) * x2 + Vector256<float>.One;
        cos = (cos.AsUInt32() ^ (words & Vector256.Create(0x80000000u))).AsSingle();
        var exchange = ((words << 1).AsInt32() >> 31).AsSingle();
        return (Vector256.ConditionalSelect(exchange, sin, cos), Vector256.ConditionalSelect(exchange, cos, sin));
    }
}
