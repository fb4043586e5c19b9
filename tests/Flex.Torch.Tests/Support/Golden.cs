namespace Flex.Torch.Tests.Support;

/// <summary>The folder of reference cases: <c>FLEX_GOLDEN</c>, else <c>shared/golden</c> beside the repository.</summary>
public static class Golden
{
    public static string File(string name) => Path.Combine(Folder(), name);

    private static string Folder()
    {
        var folder = Environment.GetEnvironmentVariable("FLEX_GOLDEN") is { Length: > 0 } given
            ? given
            : Path.Combine(RepositoryRoot(), "..", "shared", "golden");
        return Directory.Exists(folder)
            ? folder
            : throw new DirectoryNotFoundException($"{folder} does not exist; set FLEX_GOLDEN to the reference cases");
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!System.IO.File.Exists(Path.Combine(folder.FullName, "Flex.slnx")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("Flex.slnx is in no folder above the tests");
        }

        return folder.FullName;
    }
}
