using Flex.Fields.NetCdf;
using Flex.Torch;

namespace Flex.Cli.Doctor;

/// <summary>Looks at the native libraries: the gate to libtorch, libtorch, its BLAS, netCDF.</summary>
public static class LibraryChecks
{
    /// <summary>Runs the checks.</summary>
    /// <returns>One finding each.</returns>
    public static IEnumerable<Finding> Run()
    {
        yield return Gate(Engine.GatePath);
        var libtorch = Library("libtorch", TorchVersion, "remove the build folder and run ./flex again");
        yield return libtorch;
        if (libtorch.Health == Health.Ok)
        {
            yield return Blas(File.ReadAllText("/proc/self/maps"));
        }

        yield return Library("netCDF", () => NetCdfLibrary.Version, "apt-get install libnetcdf-dev");
    }

    /// <summary>Looks for the gate.</summary>
    /// <param name="path">Where it should be, or null when it is nowhere.</param>
    /// <returns>Its path.</returns>
    public static Finding Gate(string? path) => File.Exists(path)
        ? new Finding("gate", Health.Ok, path)
        : new Finding("gate", Health.Fail, $"{path ?? "libflexgate.so"} not found", "start the tool with ./flex, which builds it");

    /// <summary>Asks a native library for its version, which loads it.</summary>
    /// <param name="name">The library.</param>
    /// <param name="version">Asks it.</param>
    /// <param name="advice">What to do when it does not load.</param>
    /// <returns>The version.</returns>
    public static Finding Library(string name, Func<string> version, string advice)
    {
        ArgumentNullException.ThrowIfNull(version);
        try
        {
            return new Finding(name, Health.Ok, version());
        }
        catch (Exception e) when (e is InputException or DllNotFoundException or EntryPointNotFoundException or TypeInitializationException)
        {
            return new Finding(name, Health.Fail, e.GetBaseException().Message.ReplaceLineEndings(" "), advice);
        }
    }

    /// <summary>Tells which BLAS libtorch got.</summary>
    /// <param name="maps">The text of <c>/proc/self/maps</c> after libtorch was loaded.</param>
    /// <returns>The library's path.</returns>
    public static Finding Blas(string maps)
    {
        ArgumentNullException.ThrowIfNull(maps);
        var loaded = maps.Split('\n').Select(line => line.Split(' ')[^1]).FirstOrDefault(IsBlas);
        return loaded switch
        {
            null => new Finding("BLAS", Health.Ok, "inside libtorch"),
            _ when IsFast(loaded) => new Finding("BLAS", Health.Ok, loaded),
            _ => new Finding("BLAS", Health.Warn, loaded, "this is the slow reference; apt-get install libopenblas0-pthread"),
        };
    }

    private static bool IsBlas(string path) =>
        new[] { "libblas", "libopenblas", "libmkl" }.Any(Path.GetFileName(path).StartsWith);

    private static bool IsFast(string path) =>
        path.Contains("openblas", StringComparison.Ordinal) || path.Contains("libmkl", StringComparison.Ordinal);

    private static string TorchVersion()
    {
        var devices = Engine.CudaDevices;
        return $"{Engine.TorchVersion}, {(devices > 0 ? $"{devices} CUDA devices" : "CPU only")}, threads per operator: {Engine.Threads}";
    }
}
