using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Flex.Cli.Info;

/// <summary>Words what files hold, for people.</summary>
public static class InfoText
{
    private static readonly JsonSerializerOptions IndentedJson = new() { WriteIndented = true };

    /// <summary>Words a file of fields.</summary>
    /// <param name="info">What it holds.</param>
    /// <returns>Lines.</returns>
    public static IEnumerable<string> Lines(FieldFileInfo info)
    {
        ArgumentNullException.ThrowIfNull(info);
        yield return $"{info.Path}: {info.Format}";
        yield return $"dimensions: {string.Join(", ", info.Dimensions.Select(dimension => $"{dimension.Name} {dimension.Length}"))}";
        foreach (var line in Attributes(info.Attributes, "  ").Prepend("attributes:"))
        {
            yield return line;
        }

        yield return "variables:";
        foreach (var line in info.Variables.SelectMany(Lines))
        {
            yield return $"  {line}";
        }
    }

    /// <summary>Words a file of weights.</summary>
    /// <param name="info">What it holds.</param>
    /// <returns>Lines.</returns>
    public static IEnumerable<string> Lines(StateInfo info)
    {
        ArgumentNullException.ThrowIfNull(info);
        yield return $"{info.Path}: safetensors, {Grouped(info.Elements)} parameters in {info.Tensors.Count} tensors, {Grouped(info.Bytes)} bytes";
        foreach (var (name, elements) in info.Modules)
        {
            yield return $"  {name}: {Grouped(elements)}";
        }

        yield return "metadata:";
        foreach (var (key, value) in info.Metadata)
        {
            yield return $"  {key}: {Value(value)}";
        }

        yield return "tensors:";
        var width = info.Tensors.Select(tensor => tensor.Name.Length).DefaultIfEmpty().Max();
        foreach (var tensor in info.Tensors)
        {
            yield return $"  {tensor.Name.PadRight(width)}  {tensor.Type} ({string.Join(", ", tensor.Shape)})";
        }
    }

    private static IEnumerable<string> Lines(VariableInfo variable)
    {
        var sizes = variable.Dimensions.Zip(variable.Shape, (name, length) => $"{name}={length}");
        yield return $"{variable.Name}({string.Join(", ", sizes)}) {variable.Type}";
        if (variable.Statistics is { Count: > 0 } statistics)
        {
            yield return $"  min {Number(statistics.Min)}, max {Number(statistics.Max)}, mean {Number(statistics.Mean)}, "
                + $"std {Number(statistics.StandardDeviation)}, missing {statistics.Missing}";
        }
        else if (variable.Statistics is { Missing: > 0 } missing)
        {
            yield return $"  all {missing.Missing} values are missing";
        }

        foreach (var line in Attributes(variable.Attributes, "  "))
        {
            yield return line;
        }
    }

    private static IEnumerable<string> Attributes(IReadOnlyDictionary<string, string> attributes, string indent) =>
        attributes.Select(pair => $"{indent}{pair.Key}: {pair.Value.ReplaceLineEndings($"\n{indent}  ")}");

    private static string Value(JsonNode? value)
    {
        if (value is JsonValue text && text.TryGetValue<string>(out var words))
        {
            return words.ReplaceLineEndings("\n    ").TrimEnd();
        }

        return value?.ToJsonString(IndentedJson).ReplaceLineEndings("\n  ") ?? "null";
    }

    private static string Number(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    private static string Grouped(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
