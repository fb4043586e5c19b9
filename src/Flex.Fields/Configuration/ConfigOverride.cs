namespace Flex.Fields.Configuration;

/// <summary>Settings from the command line that win over the file: <c>--set training.steps=100</c>.</summary>
internal static class ConfigOverride
{
    /// <summary>Applies one setting.</summary>
    /// <param name="root">The configuration as written.</param>
    /// <param name="setting"><c>key.sub=value</c>, the value in YAML.</param>
    /// <returns>The configuration with the value in its place.</returns>
    /// <exception cref="InputException">The setting is not of that form.</exception>
    public static ConfigNode Apply(ConfigNode root, string setting)
    {
        var where = $"--set {setting}";
        if (setting.Split('=', 2) is not [{ Length: > 0 } path, var text])
        {
            throw new InputException($"{where}: write it as key.sub=value");
        }

        var value = Relocate(text.Length == 0 ? new ConfigScalar(where, text, IsNull: true) : YamlReader.Read(text, where), where);
        return Replace(root, path.Split('.'), value);
    }

    private static ConfigNode Replace(ConfigNode node, ReadOnlySpan<string> path, ConfigNode value)
    {
        if (path.IsEmpty)
        {
            return value;
        }

        // A scalar or list in the way is replaced; the binder judges whether a group belongs there.
        var map = node as ConfigMap ?? new ConfigMap(value.Where, []);
        var old = map.Find(path[0])?.Value ?? new ConfigMap(value.Where, []);
        return map.With(new ConfigEntry(value.Where, path[0], Replace(old, path[1..], value)));
    }

    // Lines mean nothing on a command line.
    private static ConfigNode Relocate(ConfigNode node, string where) => node switch
    {
        ConfigList list => new ConfigList(where, [.. list.Items.Select(item => Relocate(item, where))]),
        ConfigMap map => new ConfigMap(where, [.. map.Entries.Select(e => new ConfigEntry(where, e.Key, Relocate(e.Value, where)))]),
        _ => node with { Where = where },
    };
}
