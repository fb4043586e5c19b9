namespace Flex.Soak.Tests.Support;

/// <summary>An empty folder that is removed when the test ends.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("flex-soak-");

    public string Path => _folder.FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>The names of all files below the folder, in order.</summary>
    public string[] Files() =>
        [.. _folder.GetFiles("*", SearchOption.AllDirectories).Select(file => System.IO.Path.GetRelativePath(Path, file.FullName)).Order(StringComparer.Ordinal)];

    public void Dispose() => _folder.Delete(recursive: true);
}
