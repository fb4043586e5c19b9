using Flex.Torch.Random;

namespace Flex.Torch.Tests.Support;

/// <summary>Damages bytes at random (fixed seed) and checks that a reader answers with nothing but an expected exception.</summary>
public static class Mutation
{
    /// <summary>Reads <paramref name="count"/> damaged copies; fails when every one or none was refused.</summary>
    public static void TryAll<TRefusal>(byte[] original, int count, Action<byte[]> read)
        where TRefusal : Exception
    {
        var random = new CounterGenerator(seed: 1, stream: 0);
        var refused = 0;
        for (var i = 0; i < count; i++)
        {
            try
            {
                read(Damage(original, random));
            }
            catch (TRefusal)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1, count - 1);
    }

    private static byte[] Damage(byte[] original, CounterGenerator random)
    {
        var at = random.NextInt(original.Length);
        var copy = original.ToArray();
        switch (random.NextInt(4))
        {
            case 0:
                copy[at] ^= (byte)(1 << random.NextInt(8));
                return copy;
            case 1:
                copy[at] = (byte)random.NextInt(256);
                return copy;
            case 2:
                return copy[..at];
            default:
                return [.. copy[..at], (byte)random.NextInt(256), .. copy[at..]];
        }
    }
}
