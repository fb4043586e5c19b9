namespace Flex.Soak.Tests.Support;

/// <summary>The processes that <c>flex launch</c> has started, as Linux knows them.</summary>
internal static class RankProcesses
{
    /// <summary>The process that is a rank of a launcher.</summary>
    public static int Find(int launcher, int rank) => Directory.GetDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), out var id) ? id : 0)
        .First(id => id > 0 && ParentOf(id) == launcher && File.ReadAllText($"/proc/{id}/environ").Split('\0').Contains($"RANK={rank}"));

    /// <summary>Whether a process is there.</summary>
    public static bool IsAlive(int id) => Directory.Exists($"/proc/{id}");

    private static int ParentOf(int id)
    {
        try
        {
            return File.ReadLines($"/proc/{id}/status").Where(line => line.StartsWith("PPid:", StringComparison.Ordinal)).Select(line => int.Parse(line[5..])).First();
        }
        catch (IOException)
        {
            return 0; // which has ended
        }
    }
}
