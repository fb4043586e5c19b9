namespace Flex.Torch.State;

/// <summary>Named tensors with free-form text beside them: the content of a model file or a checkpoint.</summary>
/// <param name="Metadata">Text by key (configuration, normalisation, provenance).</param>
/// <param name="Tensors">Tensors by name, in the file's order.</param>
public sealed record StateFile(
    IReadOnlyDictionary<string, string> Metadata,
    IReadOnlyDictionary<string, TensorData> Tensors);

/// <summary>What a state file holds, without its elements.</summary>
/// <param name="Metadata">Text by key.</param>
/// <param name="Tensors">The tensor table, in the file's order.</param>
public sealed record StateHeader(IReadOnlyDictionary<string, string> Metadata, IReadOnlyList<TensorEntry> Tensors);

/// <summary>One line of a state file's tensor table.</summary>
/// <param name="Name">The tensor's name, unique in the file.</param>
/// <param name="Type">The element type.</param>
/// <param name="Shape">The size of each dimension.</param>
/// <param name="Offset">Where its bytes begin, counted from the start of the file.</param>
/// <param name="Length">The number of bytes.</param>
public sealed record TensorEntry(string Name, ScalarType Type, long[] Shape, long Offset, int Length);
