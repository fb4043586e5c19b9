namespace Flex.Torch.Random;

/// <summary>
/// Names one infinite field of noise. Fields of different keys are independent, whatever part differs; the values of a
/// field depend on nothing but the key and the position (not on batch, tile, thread or rank).
/// </summary>
/// <param name="Seed">The user's seed.</param>
/// <param name="Stream">The purpose, so that no two uses of a seed share numbers.</param>
/// <param name="Frame">The snapshot, channel or data item.</param>
/// <param name="Member">The ensemble member.</param>
/// <param name="Step">The sampler's or trainer's step.</param>
public readonly record struct NoiseKey(ulong Seed, uint Stream, uint Frame = 0, uint Member = 0, uint Step = 0)
{
    /// <summary>Tells what a derived Philox key serves, so that fields and generators of one seed never meet.</summary>
    internal enum Domain : uint
    {
        Field = 0,
        Generator = 1,
    }

    // Member and step are words of the counter; only (seed, stream, frame) goes through this derivation, whose
    // 64-bit results coincide by chance for n keys with probability n²/2⁶⁵.
    internal ulong PhiloxKey => Derive(Seed, Stream, Frame, Domain.Field);

    internal static ulong Derive(ulong seed, uint stream, uint frame, Domain domain)
    {
        var (low, high, _, _) = Philox.Block((stream, frame, (uint)domain, 0), seed);
        return low | ((ulong)high << 32);
    }
}
