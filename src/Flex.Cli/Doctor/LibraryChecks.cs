using System.Runtime.InteropServices;

namespace Flex.Cli.Doctor;

/// <summary>Looks at the native libraries: the gate to libtorch, its BLAS, netCDF.</summary>
public static class LibraryChecks
{
    /// <summary>Runs the checks.</summary>
    /// <returns>One finding each.</returns>
    public static IEnumerable<Finding> Run()
    {
        yield return Gate(Environment.GetEnvironmentVariable("FLEX_GATE"));
        yield return Blas(File.ReadAllText("/proc/self/maps"));
    }

    /// <summary>Tries to load the gate.</summary>
    /// <param name="path">Where the launcher built it, or null when the tool was not started by the launcher.</param>
    /// <returns>Its path when it loads.</returns>
    public static Finding Gate(string? path)
    {
        if (string.IsNullOrEmpty(path))
        {
            return new Finding("gate", Health.Fail, "FLEX_GATE is not set", "start the tool with ./flex");
        }

        return NativeLibrary.TryLoad(path, out _)
            ? new Finding("gate", Health.Ok, path)
            : new Finding("gate", Health.Fail, $"{path} does not load", "remove the build folder and run ./flex again");
    }

    /// <summary>Tells which BLAS libtorch got.</summary>
    /// <param name="maps">The text of <c>/proc/self/maps</c> after libtorch was loaded.</param>
    /// <returns>The library's path.</returns>
    public static Finding Blas(string maps)
    {
        ArgumentNullException.ThrowIfNull(maps);
        var loaded = maps.Split('\n')
            .Select(line => line.Split(' ')[^1])
            .FirstOrDefault(path => Path.GetFileName(path) is { } file && (file.StartsWith("libblas", StringComparison.Ordinal)
                || file.StartsWith("libopenblas", StringComparison.Ordinal) || file.StartsWith("libmkl", StringComparison.Ordinal)));
        return loaded switch
        {
            null => new Finding("BLAS", Health.Ok, "inside libtorch"),
            _ when loaded.Contains("openblas", StringComparison.Ordinal) || loaded.Contains("mkl", StringComparison.Ordinal) =>
                new Finding("BLAS", Health.Ok, loaded),
            _ => new Finding("BLAS", Health.Warn, loaded, "slow; apt-get install libopenblas0-pthread"),
        };
    }
}
