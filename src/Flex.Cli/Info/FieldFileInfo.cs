using Flex.Fields.NetCdf;

namespace Flex.Cli.Info;

/// <summary>What a netCDF or HDF5 file holds.</summary>
/// <param name="Path">The file.</param>
/// <param name="Format">The format in words.</param>
/// <param name="Dimensions">The dimensions of its variables.</param>
/// <param name="Attributes">The file's own attributes.</param>
/// <param name="Variables">The variables.</param>
public sealed record FieldFileInfo(
    string Path,
    string Format,
    IReadOnlyList<FileDimension> Dimensions,
    IReadOnlyDictionary<string, string> Attributes,
    IReadOnlyList<VariableInfo> Variables)
{
    /// <summary>Values that are read at once: 8 MiB.</summary>
    private const long BlockSize = 1 << 20;

    /// <summary>Reads the file once, a block at a time.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellation">Stops between blocks.</param>
    /// <returns>What it holds.</returns>
    /// <exception cref="InputException">It cannot be read.</exception>
    public static FieldFileInfo Read(string path, CancellationToken cancellation)
    {
        using var file = FieldFile.Open(path);
        return new FieldFileInfo(
            path,
            file.Format,
            [.. file.Variables.SelectMany(variable => variable.Dimensions).Distinct()],
            Texts(file.Attributes),
            [.. file.Variables.Select(variable => Describe(variable, cancellation))]);
    }

    private static VariableInfo Describe(FileVariable variable, CancellationToken cancellation) => new(
        variable.Name,
        variable.Type.ToString(),
        [.. variable.Dimensions.Select(dimension => dimension.Name)],
        [.. variable.Dimensions.Select(dimension => dimension.Length)],
        Texts(variable.Attributes),
        variable.Type.IsNumeric() ? Statistics(variable, cancellation) : null);

    private static RunningStatistics Statistics(FileVariable variable, CancellationToken cancellation)
    {
        var statistics = new RunningStatistics();
        var buffer = new double[BlockSize];
        foreach (var (start, count) in Blocks.Of([.. variable.Dimensions.Select(dimension => dimension.Length)], BlockSize))
        {
            cancellation.ThrowIfCancellationRequested();
            var block = buffer.AsSpan(0, (int)count.Aggregate(1L, (product, n) => product * n));
            variable.Read(start, count, block);
            statistics.Add(block);
        }

        return statistics;
    }

    private static Dictionary<string, string> Texts(IReadOnlyDictionary<string, FileAttribute> attributes) =>
        attributes.ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
}

/// <summary>One variable of a file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its elements as stored.</param>
/// <param name="Dimensions">Names of its dimensions, slowest first.</param>
/// <param name="Shape">Their lengths.</param>
/// <param name="Attributes">Its attributes.</param>
/// <param name="Statistics">Range, mean and spread, where it holds numbers.</param>
public sealed record VariableInfo(
    string Name,
    string Type,
    IReadOnlyList<string> Dimensions,
    IReadOnlyList<long> Shape,
    IReadOnlyDictionary<string, string> Attributes,
    RunningStatistics? Statistics);
