namespace Flex.Fields.DataSets;

/// <summary>
/// Numbers that cover a range evenly however many are taken, and in no step with anything that repeats in it: of files of the same length, regular
/// steps would take the same few times from each.
/// </summary>
public static class GoldenSequence
{
    private const double Ratio = 0.6180339887498949;

    /// <summary>One of them.</summary>
    /// <param name="i">Which, from 0.</param>
    /// <returns>A number in [0, 1).</returns>
    public static double At(int i) => (0.5 + (i * Ratio)) % 1;

    /// <summary>Indices.</summary>
    /// <param name="count">How many; all where there are fewer.</param>
    /// <param name="total">They are 0 … total − 1.</param>
    /// <returns>Different indices; neighbours in the list are far apart.</returns>
    public static IReadOnlyList<int> Take(int count, int total) =>
        [.. count >= total ? Enumerable.Range(0, total) : Enumerable.Range(0, count).Select(i => (int)(At(i) * total)).Distinct()];
}
