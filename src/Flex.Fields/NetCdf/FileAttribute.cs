namespace Flex.Fields.NetCdf;

/// <summary>An attribute of a file or variable: text or numbers.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Text">The text, or null where the attribute holds numbers.</param>
/// <param name="Numbers">The numbers; empty where the attribute holds text.</param>
public sealed record FileAttribute(string Name, string? Text, IReadOnlyList<double> Numbers)
{
    /// <summary>The value as ncdump would show it, without quotes.</summary>
    public override string ToString() => Text ?? string.Join(", ", Numbers);
}
