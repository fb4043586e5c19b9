using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Flex.Diffusion.Tiling;
using Flex.Fields.NetCdf;

namespace Flex.Cli.SuperResolution;

/// <summary>What a derived file says about where it comes from.</summary>
internal static class Provenance
{
    private static readonly string[] Replaced = ["Conventions", "history", "title"];

    /// <summary>
    /// The source's attributes in words, with the command put before the history, as CF asks.
    /// </summary>
    /// <param name="source">The file that was read.</param>
    /// <param name="title">What the new file is.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="time">The clock.</param>
    /// <param name="more">Further attributes.</param>
    /// <returns>The text attributes of the new file.</returns>
    public static Dictionary<string, string> Of(
        FieldFile source, string title, ParseResult parsed, TimeProvider time, params ReadOnlySpan<(string Name, string Value)> more)
    {
        var attributes = source.Attributes.Values.Where(a => a.Numbers.Count != 1 && !Replaced.Contains(a.Name)).ToDictionary(a => a.Name, a => a.ToString());
        attributes["title"] = title;
        var line = string.Create(
            CultureInfo.InvariantCulture, $"{time.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ} flex {string.Join(' ', parsed.Tokens.Select(token => token.Value))}");
        attributes["history"] = source.Attributes.TryGetValue("history", out var history) ? $"{line}\n{history}" : line;
        foreach (var (name, value) in more)
        {
            attributes[name] = value;
        }

        return attributes;
    }

    /// <summary>The source's attributes that are a number.</summary>
    /// <param name="source">The file that was read.</param>
    /// <returns>The numeric attributes of the new file.</returns>
    public static Dictionary<string, double> Numbers(FieldFile source) =>
        source.Attributes.Values.Where(a => a.Numbers.Count == 1).ToDictionary(a => a.Name, a => a.Numbers[0]);

    /// <summary>Variables like the channels of the source; several channels of one variable are told apart by their numbers.</summary>
    /// <param name="source">The channels.</param>
    /// <returns>Their descriptions.</returns>
    public static IReadOnlyList<OutputField> Like(SeriesGroup source)
    {
        OutputField[] fields = [.. source.Channels.Select(channel => OutputField.Like(channel.Field.Variable))];
        return fields.DistinctBy(field => field.Name).Count() == fields.Length
            ? fields
            : [.. fields.Select((field, i) => field with { Name = $"{field.Name}_{source.Channels[i].Channel}" })];
    }

    /// <summary>What a sample was drawn with.</summary>
    /// <param name="modelPath">The model's file.</param>
    /// <param name="settings">How it was drawn.</param>
    /// <param name="parameters">The physical parameters.</param>
    /// <returns>Text attributes of the new file.</returns>
    public static IEnumerable<(string Name, string Value)> Sampling(string modelPath, SamplingSettings settings, IReadOnlyList<double> parameters) =>
    [
        ("flex_model", Path.GetFileName(modelPath)),
        ("flex_model_sha256", Hash(modelPath)),
        ("flex_steps", settings.Sampler.Steps.ToString(CultureInfo.InvariantCulture)),
        ("flex_eta", settings.Sampler.Eta.ToString(CultureInfo.InvariantCulture)),
        ("flex_placement", settings.Sampler.Placement.ToString(CultureInfo.InvariantCulture)),
        ("flex_members", settings.Members.ToString(CultureInfo.InvariantCulture)),
        ("flex_seed", settings.Seed.ToString(CultureInfo.InvariantCulture)),
        ("flex_parameters", string.Join(",", parameters.Select(p => p.ToString(CultureInfo.InvariantCulture)))),
    ];

    /// <summary>The file's SHA-256, which names a model beyond doubt.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Hexadecimal digits.</returns>
    public static string Hash(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
