namespace Flex.Torch.Nn;

/// <summary>Children named by numbers.</summary>
/// <typeparam name="T">Their type.</typeparam>
public sealed class ModuleList<T> : Module
    where T : Module
{
    private readonly List<T> _items = [];

    /// <summary>The children in order.</summary>
    public IReadOnlyList<T> Items => _items;

    /// <summary>Appends a child, named by its number.</summary>
    /// <param name="item">The child.</param>
    /// <returns>The child.</returns>
    public T Add(T item)
    {
        _items.Add(AddModule($"{_items.Count}", item));
        return item;
    }
}
