using Flex.Torch.Random;

namespace Flex.Torch.Tests.Support;

/// <summary>Damages a file at random (fixed seed) and checks that a reader answers with nothing but an <see cref="InputException"/>.</summary>
public static class Mutation
{
    /// <summary>Reads <paramref name="count"/> damaged copies; fails when every one or none was refused.</summary>
    public static void TryAll(string path, int count, Action<string> read, int focusBytes = int.MaxValue)
    {
        var original = File.ReadAllBytes(path);
        var random = new CounterGenerator(seed: 1, stream: 0);
        var refused = 0;
        for (var i = 0; i < count; i++)
        {
            File.WriteAllBytes(path, Damage(original, random, Math.Min(focusBytes, original.Length)));
            try
            {
                read(path);
            }
            catch (InputException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1, count - 1);
    }

    private static byte[] Damage(byte[] original, CounterGenerator random, int focusBytes)
    {
        var at = random.NextInt(focusBytes);
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
