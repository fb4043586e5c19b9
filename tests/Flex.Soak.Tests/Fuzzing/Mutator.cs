using System.Buffers.Binary;
using Flex.Torch.Random;

namespace Flex.Soak.Tests.Fuzzing;

/// <summary>Damages bytes as disks, networks and attackers do; a function of the generator's state.</summary>
internal static class Mutator
{
    private const int LongestBlock = 512;

    // What breaks arithmetic with sizes: signs, ends of types, and what is just too much.
    private static readonly long[] _lies =
    [
        0, 1, -1, 2, 7, 255, 256, 65535, 65536, int.MaxValue, int.MinValue, uint.MaxValue, 1L << 32, long.MaxValue, long.MinValue, 1L << 40,
    ];

    private static readonly Func<byte[], CounterGenerator, byte[]>[] _damages = [FlipBits, Cut, SwapBlocks, RepeatBlock, Lie, Blank];

    /// <summary>Damages a copy, one to three times.</summary>
    public static byte[] Damage(byte[] sound, CounterGenerator random)
    {
        var bytes = sound.ToArray();
        for (var times = 1 + random.NextInt(3); times > 0 && bytes.Length > 0; times--)
        {
            bytes = _damages[random.NextInt(_damages.Length)](bytes, random);
        }

        return bytes;
    }

    private static byte[] FlipBits(byte[] bytes, CounterGenerator random)
    {
        for (var flips = 1 << random.NextInt(5); flips > 0; flips--)
        {
            bytes[random.NextInt(bytes.Length)] ^= (byte)(1 << random.NextInt(8));
        }

        return bytes;
    }

    private static byte[] Cut(byte[] bytes, CounterGenerator random) => bytes[..random.NextInt(bytes.Length)];

    private static byte[] SwapBlocks(byte[] bytes, CounterGenerator random)
    {
        var length = 1 + random.NextInt(Math.Min(LongestBlock, bytes.Length));
        var (a, b) = (random.NextInt(bytes.Length - length + 1), random.NextInt(bytes.Length - length + 1));
        var swapped = bytes.ToArray();
        bytes.AsSpan(a, length).CopyTo(swapped.AsSpan(b));
        bytes.AsSpan(b, length).CopyTo(swapped.AsSpan(a));
        return swapped;
    }

    private static byte[] RepeatBlock(byte[] bytes, CounterGenerator random)
    {
        var at = random.NextInt(bytes.Length);
        var block = bytes[at..Math.Min(bytes.Length, at + 1 + random.NextInt(LongestBlock))];
        return [.. bytes[..at], .. block, .. bytes[at..]];
    }

    // A size or offset of 2, 4 or 8 bytes, in either order, that says something else.
    private static byte[] Lie(byte[] bytes, CounterGenerator random)
    {
        var lie = random.NextInt(4) == 0 ? bytes.Length : _lies[random.NextInt(_lies.Length)];
        Span<byte> number = stackalloc byte[sizeof(long)];
        var width = 2 << random.NextInt(3);
        if (random.NextInt(2) == 0)
        {
            BinaryPrimitives.WriteInt64LittleEndian(number, lie);
            number = number[..width];
        }
        else
        {
            BinaryPrimitives.WriteInt64BigEndian(number, lie);
            number = number[^width..];
        }

        var at = random.NextInt(bytes.Length);
        number[..Math.Min(width, bytes.Length - at)].CopyTo(bytes.AsSpan(at));
        return bytes;
    }

    private static byte[] Blank(byte[] bytes, CounterGenerator random)
    {
        var at = random.NextInt(bytes.Length);
        var length = Math.Min(bytes.Length - at, 1 + random.NextInt(LongestBlock));
        bytes.AsSpan(at, length).Fill(random.NextInt(2) == 0 ? (byte)0 : (byte)0xFF);
        return bytes;
    }
}
