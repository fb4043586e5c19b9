using System.Text.Json;
using System.Text.Json.Nodes;
using Flex.Torch.State;

namespace Flex.Cli.Info;

/// <summary>What a file of weights or a checkpoint's part holds.</summary>
/// <param name="Path">The file.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Elements">Numbers in all tensors: the parameter count, where it is a model.</param>
/// <param name="Modules">The same by the first part of the names.</param>
/// <param name="Metadata">Configuration, normalisation, provenance; text that is JSON is taken apart.</param>
/// <param name="Tensors">The table.</param>
public sealed record StateInfo(
    string Path,
    long Bytes,
    long Elements,
    IReadOnlyDictionary<string, long> Modules,
    IReadOnlyDictionary<string, JsonNode?> Metadata,
    IReadOnlyList<StateTensorInfo> Tensors)
{
    /// <summary>Reads the header of a file; the numbers stay where they are.</summary>
    /// <param name="path">A safetensors file.</param>
    /// <returns>What it holds.</returns>
    /// <exception cref="InputException">It is not one.</exception>
    public static StateInfo Read(string path)
    {
        var header = SafeTensors.ReadHeader(path);
        var tensors = header.Tensors
            .Select(tensor => new StateTensorInfo(tensor.Name, tensor.Type.ToString(), tensor.Shape))
            .ToList();
        return new StateInfo(
            path,
            new FileInfo(path).Length,
            tensors.Sum(tensor => tensor.Elements),
            tensors.GroupBy(tensor => tensor.Name.Split('.')[0]).ToDictionary(group => group.Key, group => group.Sum(tensor => tensor.Elements)),
            header.Metadata.ToDictionary(pair => pair.Key, pair => TakeApart(pair.Value)),
            tensors);
    }

    private static JsonNode? TakeApart(string text)
    {
        try
        {
            return text.StartsWith('{') || text.StartsWith('[') ? JsonNode.Parse(text) : JsonValue.Create(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }
}

/// <summary>One tensor of a file of weights.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Shape">The size of each dimension.</param>
public sealed record StateTensorInfo(string Name, string Type, IReadOnlyList<long> Shape)
{
    /// <summary>Gets the number of elements.</summary>
    public long Elements => Shape.Aggregate(1L, (product, size) => product * size);
}
