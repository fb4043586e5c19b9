namespace Flex.Fields.Configuration;

/// <summary>A value as it was written, with the place where it was written.</summary>
/// <param name="Where">File and line, or the command line option.</param>
internal abstract record ConfigNode(string Where);

/// <summary>A word, number or text.</summary>
internal sealed record ConfigScalar(string Where, string Text, bool IsNull) : ConfigNode(Where);

/// <summary>A list.</summary>
internal sealed record ConfigList(string Where, IReadOnlyList<ConfigNode> Items) : ConfigNode(Where);

/// <summary>Keys with values, in the order of the file.</summary>
internal sealed record ConfigMap(string Where, IReadOnlyList<ConfigEntry> Entries) : ConfigNode(Where)
{
    /// <summary>Finds the entry with a key.</summary>
    public ConfigEntry? Find(string key) => Entries.FirstOrDefault(entry => entry.Key == key);

    /// <summary>Gives a copy in which an entry takes the place of the one with the same key.</summary>
    public ConfigMap With(ConfigEntry entry) =>
        this with { Entries = [.. Entries.Where(other => other.Key != entry.Key), entry] };
}

/// <summary>One key with its value.</summary>
internal sealed record ConfigEntry(string Where, string Key, ConfigNode Value);
