namespace Flex.Fields.Tests;

/// <summary>Files of the repository that the tests run in.</summary>
internal static class Repository
{
    public static string PathOf(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Flex.slnx")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("Flex.slnx is in no folder above the tests");
        }

        return Path.Combine(folder.FullName, name);
    }
}
