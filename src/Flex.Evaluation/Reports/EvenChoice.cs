namespace Flex.Evaluation.Reports;

/// <summary>Chooses some of many things so that they stand for all.</summary>
internal static class EvenChoice
{
    /// <summary>Items at equal distances, the first and the last among them.</summary>
    /// <typeparam name="T">The items.</typeparam>
    /// <param name="items">The items, in order.</param>
    /// <param name="most">How many to choose at most, at least 2.</param>
    public static IReadOnlyList<T> Of<T>(IReadOnlyList<T> items, int most) => items.Count <= most
        ? items
        : [.. Enumerable.Range(0, most).Select(i => items[(int)Math.Round(i * (items.Count - 1.0) / (most - 1))])];
}
