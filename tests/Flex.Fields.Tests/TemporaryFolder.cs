namespace Flex.Fields.Tests;

/// <summary>A folder of its own for one test, removed afterwards.</summary>
public sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("flex-fields-");

    public string this[string name] => System.IO.Path.Combine(_folder.FullName, name);

    public string Path => _folder.FullName;

    public string[] Files => [.. _folder.GetFiles().Select(f => f.Name).Order()];

    public void Dispose() => _folder.Delete(recursive: true);
}
