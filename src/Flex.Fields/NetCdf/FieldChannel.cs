using System.Globalization;
using System.Text.RegularExpressions;

namespace Flex.Fields.NetCdf;

/// <summary>One scalar field of a file: a variable, and which channel of it where it is (time, channel, y, x).</summary>
/// <param name="Variable">The variable's name.</param>
/// <param name="Index">The channel, from 0; null where the name does not say.</param>
public sealed partial record FieldChannel(string Variable, int? Index)
{
    /// <summary>Reads a list such as <c>w</c>, <c>u,v</c> or <c>w[0],w[2]</c>.</summary>
    /// <param name="text">Names with commas between them.</param>
    /// <returns>The channels, at least one.</returns>
    /// <exception cref="InputException">A name is empty or a field is named twice.</exception>
    public static IReadOnlyList<FieldChannel> List(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        FieldChannel[] channels = [.. text.Split(',').Select(part => Parse(part.Trim()))];
        return channels.Any(channel => channel.Variable.Length == 0) || channels.Distinct().Count() < channels.Length
            ? throw new InputException($"'{text}' does not name variables: write one name, or several different ones with commas between them, such as u,v or w[0],w[2]")
            : channels;
    }

    private static FieldChannel Parse(string text) => IndexedName().Match(text) is { Success: true } match
        ? new FieldChannel(match.Groups[1].Value, int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture))
        : new FieldChannel(text, null);

    [GeneratedRegex(@"^(.*)\[(\d{1,6})\]$")]
    private static partial Regex IndexedName();
}
