namespace Flex.Torch.State;

/// <summary>
/// Checks that what was unpickled is a tree of data that a recursive walk can visit: no cycle, not too deep, and not a small
/// graph whose shared parts unfold into a huge tree.
/// </summary>
internal sealed class PickleTree
{
    private const int MaxDepth = 64;
    private const long MaxNodes = 10_000_000;

    private readonly Dictionary<PickleValue, (int Height, long Nodes)> measured = new(ReferenceEqualityComparer.Instance);

    private PickleTree()
    {
    }

    /// <summary>Checks a value.</summary>
    /// <exception cref="InvalidDataException">The value is not such a tree.</exception>
    public static void Check(PickleValue root) => new PickleTree().Measure(root, 0);

    private (int Height, long Nodes) Measure(PickleValue value, int depth)
    {
        // A container is measured once; a cycle is met at ever greater depth until the limit ends it.
        if (!measured.TryGetValue(value, out var size))
        {
            Require(depth < MaxDepth);
            size = (0, 1);
            foreach (var child in Children(value))
            {
                var (height, nodes) = Measure(child, depth + 1);
                size = (Math.Max(size.Height, height + 1), size.Nodes + nodes);
                Require(size.Nodes <= MaxNodes);
            }

            measured.Add(value, size);
        }

        Require(depth + size.Height < MaxDepth);
        return size;
    }

    private static IEnumerable<PickleValue> Children(PickleValue value) => value switch
    {
        PickleList list => list.Items,
        PickleTuple tuple => tuple.Items,
        PickleDictionary dictionary => dictionary.Items.Values,
        PickleGlobal global =>
            throw new InvalidDataException($"it holds the Python object {global.Name} where data belong"),
        PickleStorage => throw new InvalidDataException("it holds a bare storage where tensors belong"),
        _ => [],
    };

    private static void Require(bool condition)
    {
        if (!condition)
        {
            throw new InvalidDataException($"its values nest more than {MaxDepth} deep or refer to themselves");
        }
    }
}
