namespace Flex.Evaluation.Reports;

/// <summary>
/// Keeps a few of many items so that the best, the worst and some in between remain: when it is full, the item between
/// the two nearest neighbours leaves. Memory is bounded however many are added.
/// </summary>
/// <typeparam name="T">The items.</typeparam>
/// <param name="most">How many are kept, at least 2.</param>
internal sealed class RepresentativeSet<T>(int most)
{
    private readonly List<(double Error, T Item)> _kept = [];

    /// <summary>The item with the greatest error; NaN is the greatest.</summary>
    public T Worst => _kept[^1].Item;

    /// <summary>The items, the best first.</summary>
    public IReadOnlyList<T> Items => [.. _kept.Select(kept => kept.Item)];

    /// <summary>Adds an item.</summary>
    /// <param name="error">How bad it is; NaN is worse than anything.</param>
    /// <param name="item">The item.</param>
    public void Add(double error, T item)
    {
        error = double.IsNaN(error) ? double.PositiveInfinity : error;
        var at = _kept.FindIndex(kept => kept.Error > error);
        _kept.Insert(at < 0 ? _kept.Count : at, (error, item));
        if (_kept.Count > most)
        {
            _kept.RemoveAt(Enumerable.Range(1, _kept.Count - 2).MinBy(i => _kept[i + 1].Error - _kept[i - 1].Error));
        }
    }

    /// <summary>The item whose error is nearest to a given one.</summary>
    /// <param name="error">The median of all errors, say.</param>
    public T Nearest(double error) => _kept.MinBy(kept => Math.Abs(kept.Error - error)).Item;
}
