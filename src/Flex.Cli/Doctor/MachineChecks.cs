using System.Runtime.InteropServices;

namespace Flex.Cli.Doctor;

/// <summary>Looks at the machine: system, processor, memory, disk.</summary>
public static class MachineChecks
{
    private const double GiB = 1L << 30;

    /// <summary>Below this a training run of the shipped size does not fit beside a desktop.</summary>
    private const double EnoughMemory = 4 * GiB;

    /// <summary>The benchmark data set takes about this much.</summary>
    private const double EnoughDisk = 5 * GiB;

    /// <summary>Runs the checks.</summary>
    /// <returns>One finding each.</returns>
    public static IEnumerable<Finding> Run()
    {
        yield return new Finding("system", Health.Ok, $"{SystemName()}, {RuntimeInformation.OSArchitecture}");
        yield return Processor(ReadOrEmpty("/proc/cpuinfo"), Environment.ProcessorCount);
        yield return Memory(ReadOrEmpty("/proc/meminfo"));
        yield return Disk(Directory.GetCurrentDirectory());
        yield return new Finding(".NET", Health.Ok, Environment.Version.ToString());
    }

    /// <summary>Judges the processor.</summary>
    /// <param name="cpuInfo">The text of <c>/proc/cpuinfo</c>.</param>
    /// <param name="cores">Cores this process may use.</param>
    /// <returns>Model, cores and the vector units that matter to libtorch.</returns>
    public static Finding Processor(string cpuInfo, int cores)
    {
        ArgumentNullException.ThrowIfNull(cpuInfo);
        var model = Field(cpuInfo, "model name") ?? "unknown model";
        var flags = (Field(cpuInfo, "flags") ?? "").Split(' ');
        string[] units = [.. new[] { "avx2", "avx512f", "avx512_bf16", "amx_bf16" }.Where(flags.Contains)];
        var value = $"{model}, {cores} cores, {(units.Length > 0 ? string.Join(" ", units) : "no AVX2")}";
        return units.Length > 0
            ? new Finding("processor", Health.Ok, value)
            : new Finding("processor", Health.Warn, value, "expect training and inference to be several times slower");
    }

    /// <summary>Judges the memory.</summary>
    /// <param name="memInfo">The text of <c>/proc/meminfo</c>, amounts in KiB.</param>
    /// <returns>Total and available memory.</returns>
    public static Finding Memory(string memInfo)
    {
        ArgumentNullException.ThrowIfNull(memInfo);
        double Bytes(string key) =>
            long.TryParse((Field(memInfo, key) ?? "").Split(' ')[0], out var kib) ? kib * 1024.0 : double.NaN;
        var available = Bytes("MemAvailable");
        var value = $"{Bytes("MemTotal") / GiB:0.0} GiB, {available / GiB:0.0} GiB available";
        return available < EnoughMemory
            ? new Finding("memory", Health.Warn, value, "close other programs, or use smaller batches and tiles")
            : new Finding("memory", Health.Ok, value);
    }

    /// <summary>Judges the room for data.</summary>
    /// <param name="folder">Where results would go.</param>
    /// <returns>The free space there.</returns>
    public static Finding Disk(string folder)
    {
        var free = new DriveInfo(folder).AvailableFreeSpace;
        var value = $"{free / GiB:0.0} GiB free in {folder}";
        return free < EnoughDisk
            ? new Finding("disk", Health.Warn, value, "the benchmark data set needs about 5 GiB")
            : new Finding("disk", Health.Ok, value);
    }

    private static string SystemName() =>
        ReadOrEmpty("/etc/os-release").Split('\n').FirstOrDefault(line => line.StartsWith("PRETTY_NAME=", StringComparison.Ordinal))
            is { } line ? line["PRETTY_NAME=".Length..].Trim('"') : RuntimeInformation.OSDescription;

    // "key : value" lines; the first one counts (processors are alike).
    private static string? Field(string text, string key) => text.Split('\n')
        .Select(line => line.Split(':', 2))
        .Where(pair => pair.Length == 2 && pair[0].Trim() == key)
        .Select(pair => pair[1].Trim())
        .FirstOrDefault();

    private static string ReadOrEmpty(string path) => File.Exists(path) ? File.ReadAllText(path) : "";
}
