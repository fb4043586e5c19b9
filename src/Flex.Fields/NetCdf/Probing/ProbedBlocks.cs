namespace Flex.Fields.NetCdf.Probing;

/// <summary>
/// Remembers which parts of a variable have been tried, so that each is tried once however often it is read. A part is a chunk,
/// of which one element makes the library find, check and unpack all; small chunks go together.
/// </summary>
/// <param name="shape">The lengths of the variable's dimensions.</param>
/// <param name="chunk">The lengths of a chunk; null where the elements lie one after the other.</param>
/// <param name="tryBlock">Tries a block, given its first index and number of indices along every dimension.</param>
internal sealed class ProbedBlocks(long[] shape, long[]? chunk, Action<long[], long[]> tryBlock)
{
    /// <summary>Elements that are worth a request.</summary>
    private const double EnoughElements = 1 << 16;

    private readonly long[] _part = Part(shape, chunk);
    private readonly HashSet<long> _tried = [];

    /// <summary>Tries the parts of a block that have not been tried.</summary>
    /// <exception cref="InputException">The library does not survive one.</exception>
    public void Require(ReadOnlySpan<long> start, ReadOnlySpan<long> count)
    {
        if (count.Contains(0))
        {
            return;
        }

        var (first, last) = (new long[shape.Length], new long[shape.Length]);
        for (var d = 0; d < shape.Length; d++)
        {
            (first[d], last[d]) = (start[d] / _part[d], (start[d] + count[d] - 1) / _part[d]);
        }

        lock (_tried)
        {
            var at = first.ToArray();
            do
            {
                Require(at);
            }
            while (Advance(at, first, last));
        }
    }

    private void Require(long[] part)
    {
        long number = 0;
        for (var d = 0; d < shape.Length; d++)
        {
            number = (number * Parts(shape[d], _part[d])) + part[d];
        }

        if (_tried.Contains(number))
        {
            return;
        }

        var isOneChunk = chunk is null || chunk.SequenceEqual(_part);
        long[] start = [.. part.Select((index, d) => index * _part[d])];
        long[] count = [.. start.Select((from, d) => isOneChunk ? 1 : Math.Min(_part[d], shape[d] - from))];
        tryBlock(start, count);
        _tried.Add(number);
    }

    // Counts up like an odometer; false after the last part.
    private static bool Advance(long[] at, long[] first, long[] last)
    {
        for (var d = at.Length - 1; d >= 0; d--)
        {
            if (at[d]++ < last[d])
            {
                return true;
            }

            at[d] = first[d];
        }

        return false;
    }

    private static long[] Part(long[] shape, long[]? chunk)
    {
        var part = (chunk ?? shape).ToArray();
        var size = part.Aggregate(1.0, (product, n) => product * n);
        for (var d = part.Length - 1; chunk is not null && d >= 0 && size < EnoughElements; d--)
        {
            var chunks = Math.Clamp((long)(EnoughElements / size), 1, Parts(shape[d], part[d]));
            part[d] *= chunks;
            size *= chunks;
        }

        return part;
    }

    private static long Parts(long length, long part) => Math.Max(1, ((length - 1) / part) + 1);
}
