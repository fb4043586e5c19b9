namespace Flex.Torch.State;

/// <summary>A value of a PyTorch checkpoint: plain data and tensors, nothing else.</summary>
public abstract record PickleValue;

/// <summary>Python's <c>None</c>.</summary>
public sealed record PickleNone : PickleValue
{
    /// <summary>The only value.</summary>
    public static PickleNone Value { get; } = new();
}

/// <summary>A truth value.</summary>
/// <param name="Value">The value.</param>
public sealed record PickleBool(bool Value) : PickleValue;

/// <summary>A whole number of at most 64 bits.</summary>
/// <param name="Value">The number.</param>
public sealed record PickleInteger(long Value) : PickleValue;

/// <summary>A floating-point number.</summary>
/// <param name="Value">The number.</param>
public sealed record PickleFloat(double Value) : PickleValue;

/// <summary>Text.</summary>
/// <param name="Value">The text.</param>
public sealed record PickleText(string Value) : PickleValue;

/// <summary>A tuple.</summary>
/// <param name="Items">The items.</param>
public sealed record PickleTuple(IReadOnlyList<PickleValue> Items) : PickleValue;

/// <summary>A tensor or parameter, contiguous; tensors that shared storage may share bytes.</summary>
/// <param name="Data">The tensor.</param>
public sealed record PickleTensor(TensorData Data) : PickleValue;

/// <summary>A list.</summary>
public sealed record PickleList : PickleValue
{
    /// <summary>The items.</summary>
    public IReadOnlyList<PickleValue> Items => Mutable;

    internal List<PickleValue> Mutable { get; } = [];
}

/// <summary>A dictionary whose keys are text or whole numbers, in the order of insertion.</summary>
public sealed record PickleDictionary : PickleValue
{
    /// <summary>The values by key.</summary>
    public IReadOnlyDictionary<PickleValue, PickleValue> Items => Mutable;

    internal OrderedDictionary<PickleValue, PickleValue> Mutable { get; } = [];

    /// <summary>Finds the value of a text key.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The value, or null where there is none.</returns>
    public PickleValue? Find(string key) => Mutable.TryGetValue(new PickleText(key), out var value) ? value : null;
}

/// <summary>The name of a Python object; it stands for itself and is never looked up or called.</summary>
internal sealed record PickleGlobal(string Name) : PickleValue;

/// <summary>The elements behind tensors.</summary>
internal sealed record PickleStorage(ScalarType Type, Memory<byte> Bytes) : PickleValue;
