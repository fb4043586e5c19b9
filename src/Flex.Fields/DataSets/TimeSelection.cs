namespace Flex.Fields.DataSets;

/// <summary>Which times of a file are used: <c>First, First + Stride, …</c> up to and including <c>Last</c>.</summary>
/// <param name="First">Index of the first time; negative counts from the end, −1 is the last.</param>
/// <param name="Last">Index of the last time; negative counts from the end, −1 is the last.</param>
/// <param name="Stride">Distance of the times, at least 1.</param>
public sealed record TimeSelection(int First = 0, int Last = -1, int Stride = 1)
{
    /// <summary>The selected indices.</summary>
    /// <param name="count">Number of times in the file.</param>
    /// <param name="path">The file's path, for messages.</param>
    /// <exception cref="InputException">The range selects nothing or leaves the file.</exception>
    public int[] Select(int count, string path)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Stride);
        var (first, last) = (FromStart(First, count), FromStart(Last, count));
        if (first < 0 || last >= count || first > last)
        {
            throw new InputException($"times {First}..{Last} select nothing of the {count} times in {path}: correct 'times'");
        }

        var times = new int[((last - first) / Stride) + 1];
        for (var i = 0; i < times.Length; i++)
        {
            times[i] = first + (i * Stride);
        }

        return times;
    }

    private static int FromStart(int index, int count) => index < 0 ? index + count : index;
}
