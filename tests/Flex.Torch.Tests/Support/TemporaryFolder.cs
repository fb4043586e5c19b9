namespace Flex.Torch.Tests.Support;

/// <summary>An empty folder that is removed when the test ends.</summary>
public sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("flex-test-");

    /// <summary>The path of a file in the folder.</summary>
    public string File(string name) => Path.Combine(folder.FullName, name);

    public void Dispose() => folder.Delete(recursive: true);
}
