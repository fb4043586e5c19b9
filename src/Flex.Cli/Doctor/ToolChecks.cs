using System.ComponentModel;
using System.Diagnostics;

namespace Flex.Cli.Doctor;

/// <summary>Looks at the programs and files that pictures need.</summary>
public static class ToolChecks
{
    private const string FontFolder = "/usr/share/fonts/truetype/dejavu";

    /// <summary>Runs the checks.</summary>
    /// <returns>One finding each.</returns>
    public static IEnumerable<Finding> Run()
    {
        yield return Program("gnuplot", "--version", "gnuplot-nox");
        yield return Fonts(FontFolder);
    }

    /// <summary>Looks for a program and asks its version.</summary>
    /// <param name="name">The program.</param>
    /// <param name="versionArgument">Makes it print its version.</param>
    /// <param name="package">The Debian package that has it.</param>
    /// <returns>The first line that it printed.</returns>
    public static Finding Program(string name, string versionArgument, string package)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(name, versionArgument)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var version = process.StandardOutput.ReadLine();
            process.WaitForExit();
            return new Finding(name, Health.Ok, version ?? "found");
        }
        catch (Win32Exception)
        {
            return new Finding(name, Health.Warn, "not found", $"pictures need it: apt-get install {package}");
        }
    }

    /// <summary>Looks for the font of the pictures.</summary>
    /// <param name="folder">Where it is installed.</param>
    /// <returns>The folder when there is a font in it.</returns>
    public static Finding Fonts(string folder) =>
        File.Exists(Path.Combine(folder, "DejaVuSans.ttf"))
            ? new Finding("fonts", Health.Ok, folder)
            : new Finding("fonts", Health.Warn, "DejaVu Sans not found", "labels need it: apt-get install fonts-dejavu-core");
}
