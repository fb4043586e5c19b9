namespace Flex.Cli.Info;

/// <summary>Cuts an array of any rank into blocks that are contiguous in the file.</summary>
public static class Blocks
{
    /// <summary>Enumerates the blocks in the order of the file; together they cover every element once.</summary>
    /// <param name="shape">The length of each dimension, slowest first; a scalar has none and gives one block.</param>
    /// <param name="limit">The most elements of one block, at least 1.</param>
    /// <returns>First index and length along each dimension.</returns>
    public static IEnumerable<(long[] Start, long[] Count)> Of(long[] shape, long limit)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.Contains(0))
        {
            yield break;
        }

        // Dimensions after the cut are taken whole, the cut one in steps, those before it one index at a time.
        var (cut, whole) = (shape.Length - 1, 1L);
        while (cut > 0 && whole * shape[cut] <= limit)
        {
            whole *= shape[cut--];
        }

        if (cut < 0)
        {
            yield return ([], []);
            yield break;
        }

        var start = new long[shape.Length];
        do
        {
            var count = shape.Select((length, axis) => axis < cut ? 1 : length).ToArray();
            count[cut] = Math.Min(Math.Max(1, limit / whole), shape[cut] - start[cut]);
            yield return ([.. start], count);
            start[cut] += count[cut];
        }
        while (Carry(start, shape, cut));
    }

    // Moves full indices on to the next slower dimension; false at the end.
    private static bool Carry(long[] start, long[] shape, int axis)
    {
        for (; axis > 0 && start[axis] >= shape[axis]; axis--)
        {
            start[axis] = 0;
            start[axis - 1]++;
        }

        return start[0] < shape[0];
    }
}
