using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Flex.Cli.Tests;

/// <summary>
/// Writes plain HDF5 files with <c>h5import</c> of Debian's hdf5-tools: data sets without dimension scales, coordinates or
/// attributes, as h5py's <c>f["w"] = array</c> makes them.
/// </summary>
internal static class H5Import
{
    /// <summary>Writes one float32 data set in chunks of one field each, compressed, with an extensible first dimension.</summary>
    public static void Write(string path, string name, int[] shape, ReadOnlySpan<float> values)
    {
        int[] chunk = [.. shape.Select((length, axis) => axis < shape.Length - 2 ? 1 : length)];
        int[] longest = [.. shape.Select((length, axis) => axis == 0 ? -1 : length)];
        var (binary, configuration) = (path + ".bin", path + ".conf");
        File.WriteAllBytes(binary, MemoryMarshal.AsBytes(values));
        File.WriteAllText(configuration, $"""
            PATH {name}
            INPUT-CLASS FP
            INPUT-SIZE 32
            RANK {shape.Length}
            DIMENSION-SIZES {string.Join(' ', shape)}
            OUTPUT-CLASS FP
            OUTPUT-SIZE 32
            OUTPUT-ARCHITECTURE IEEE
            OUTPUT-BYTE-ORDER LE
            CHUNKED-DIMENSION-SIZES {string.Join(' ', chunk)}
            COMPRESSION-TYPE GZIP
            COMPRESSION-PARAM 4
            MAXIMUM-DIMENSIONS {string.Join(' ', longest)}

            """);
        Run("h5import", binary, "-c", configuration, "-o", path);
        File.Delete(binary);
        File.Delete(configuration);
    }

    private static void Run(string tool, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, $"{tool} failed: {errors}");
        }
        catch (Win32Exception)
        {
            throw new InvalidOperationException($"this test needs {tool}: apt-get install hdf5-tools");
        }
    }
}
