namespace Flex.Fields.DataSets;

/// <summary>
/// Indices that cover a range evenly however many are taken, and in no step with anything that repeats in it: of files of the same length, regular
/// steps would take the same few times from each.
/// </summary>
internal static class GoldenSequence
{
    private const double GoldenRatio = 0.6180339887498949;

    /// <summary>The first of them.</summary>
    /// <param name="count">How many; all indices where there are fewer.</param>
    /// <param name="total">The range is 0 … total − 1.</param>
    /// <returns>Different indices; neighbours in the list are far apart.</returns>
    public static IReadOnlyList<int> Take(int count, int total) =>
        count >= total ? [.. Enumerable.Range(0, total)] : [.. Enumerable.Range(0, count).Select(i => (int)((0.5 + (i * GoldenRatio)) % 1 * total)).Distinct()];
}
