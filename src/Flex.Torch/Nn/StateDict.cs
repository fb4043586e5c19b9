using Flex.Torch.State;

namespace Flex.Torch.Nn;

/// <summary>Copies of a module's state out of and into files.</summary>
public static class StateDict
{
    /// <summary>Copies a tensor to the host, row-major.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <returns>The copy.</returns>
    public static TensorData ToData(this Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        using var scope = new TensorScope();
        var host = tensor.Detach().To(Device.Cpu).Contiguous();
        return new TensorData(host.DType, host.Shape, host.Numel == 0 ? Array.Empty<byte>() : host.ToBytes());
    }

    /// <summary>A tensor with a file's elements, on the CPU.</summary>
    /// <param name="data">The elements.</param>
    /// <returns>The tensor.</returns>
    public static Tensor ToTensor(this TensorData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Tensor.FromBytes(data.Bytes.Span, data.Type, data.Shape);
    }

    /// <summary>Sets every parameter and buffer from a state of the same names and shapes.</summary>
    /// <param name="module">The module.</param>
    /// <param name="state">The state.</param>
    /// <param name="source">Where it comes from, for the message.</param>
    /// <param name="prefix">Put before every name.</param>
    /// <exception cref="InputException">A name is missing or too many, or a shape differs.</exception>
    public static void Load(this Module module, IReadOnlyDictionary<string, TensorData> state, string source, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(state);
        using var noGrad = GradMode.NoGrad();
        var wanted = module.NamedState(prefix).ToList();
        foreach (var (name, target) in wanted)
        {
            if (!state.TryGetValue(name, out var data))
            {
                throw new InputException($"{source}: the weight {name} is missing; the file belongs to another architecture");
            }

            if (!data.Shape.SequenceEqual(target.Shape))
            {
                throw new InputException(
                    $"{source}: the weight {name} has shape ({string.Join(", ", data.Shape)}) where the architecture has ({string.Join(", ", target.Shape)})");
            }

            using var scope = new TensorScope();
            target.CopyInPlace(data.ToTensor());
        }

        var names = wanted.Select(w => w.Name).ToHashSet(StringComparer.Ordinal);
        if (state.Keys.FirstOrDefault(k => !names.Contains(k)) is { } extra)
        {
            throw new InputException($"{source}: the architecture has no weight {extra}; the file belongs to another one");
        }
    }
}
