using System.Globalization;

namespace Flex.Soak.Tests.Support;

/// <summary>The most memory that this process has held at once since the last reset, as Linux counts it.</summary>
internal static class PeakMemory
{
    private const string ResetPeak = "5";

    public static void Reset() => File.WriteAllText("/proc/self/clear_refs", ResetPeak);

    public static long Mebibytes => File.ReadLines("/proc/self/status")
        .Where(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) >> 10)
        .First();
}
