namespace Flex.Soak.Tests.Support;

/// <summary>What a soak test measured, for docs/reliability.md: a line in the file that FLEX_SOAK_REPORT names.</summary>
internal static class SoakReport
{
    public static void Add(string line)
    {
        if (Environment.GetEnvironmentVariable("FLEX_SOAK_REPORT") is { Length: > 0 } file)
        {
            File.AppendAllText(file, line + "\n");
        }
    }
}
