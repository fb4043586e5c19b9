using System.ComponentModel;
using System.Diagnostics;

namespace Flex.Fields.Tests;

/// <summary>Runs the netCDF project's own programs, which tests compare with.</summary>
public static class ReferenceTool
{
    /// <summary>What <c>ncdump</c> prints.</summary>
    public static string NcDump(params string[] arguments) => Run("ncdump", arguments);

    /// <summary>Makes a file from CDL text; kinds: classic, 64-bit-offset, 64-bit-data, netCDF-4.</summary>
    public static void NcGen(string path, string kind, string cdl)
    {
        var source = path + ".cdl";
        File.WriteAllText(source, cdl);
        Run("ncgen", "-k", kind, "-o", path, source);
    }

    private static string Run(string tool, params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, $"{tool} failed: {errors.Result}");
            return output;
        }
        catch (Win32Exception)
        {
            throw new InvalidOperationException($"this test needs {tool}: apt-get install netcdf-bin");
        }
    }
}
