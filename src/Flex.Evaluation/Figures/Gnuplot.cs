using System.ComponentModel;
using System.Diagnostics;
using Flex.IO;

namespace Flex.Evaluation.Figures;

/// <summary>Runs gnuplot as a child process; pictures are PNG (through cairo) or SVG.</summary>
public sealed class Gnuplot
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private const string Preamble = "set encoding utf8\nset minussign\n";
    private readonly string _program;

    /// <summary>Creates the runner.</summary>
    /// <param name="program">The program's name on the path, or its full path.</param>
    public Gnuplot(string program = "gnuplot") => _program = program;

    /// <summary>Draws a script and writes the picture atomically.</summary>
    /// <param name="path">The picture; its ending, .png or .svg, says the format.</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="script">Commands in gnuplot's language; terminal and output are set already.</param>
    /// <param name="files">The data files that the script reads, by name.</param>
    /// <exception cref="InputException">
    /// The ending is another, gnuplot is missing or reports an error, or the picture cannot be written.
    /// </exception>
    public void Draw(
        string path, int width, int height, string script, IReadOnlyDictionary<string, byte[]> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var terminal = Terminal(path, width, height);
        Run($"{terminal}\nset output 'picture0'\n{script}\n", files, pictures: 1, folder =>
            AtomicFile.WriteByPath(path, target => File.Copy(Path.Combine(folder, "picture0"), target)));
    }

    /// <summary>Draws several pictures of one size in one go.</summary>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="scripts">The commands of each picture; what one sets is set for the next.</param>
    /// <returns>The contents of PNG files.</returns>
    /// <exception cref="InputException">gnuplot is missing or reports an error.</exception>
    public IReadOnlyList<byte[]> DrawAll(int width, int height, IReadOnlyList<string> scripts)
    {
        ArgumentNullException.ThrowIfNull(scripts);
        var script = Terminal(".png", width, height) + string.Concat(scripts.Select((commands, i) => $"\nset output 'picture{i}'\n{commands}\n"));
        byte[][] pictures = [];
        Run(script, new Dictionary<string, byte[]>(), scripts.Count, folder =>
            pictures = [.. scripts.Select((_, i) => File.ReadAllBytes(Path.Combine(folder, $"picture{i}")))]);
        return pictures;
    }

    /// <summary>Text as a gnuplot string in which nothing is expanded, whatever a file's metadata say.</summary>
    /// <param name="text">Any text; control characters become blanks.</param>
    /// <returns>The quoted string.</returns>
    public static string Quote(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var plain = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
        return $"'{plain.Replace("'", "''", StringComparison.Ordinal)}'";
    }

    private static string Terminal(string path, int width, int height)
    {
        const string Font = "font 'DejaVu Sans,20'";
        return Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".png" => $"set terminal pngcairo size {width},{height} enhanced {Font} background rgb 'white'",
            ".svg" => $"set terminal svg size {width},{height} enhanced {Font} background rgb 'white'",
            var other => throw new InputException(
                $"cannot draw {path}: '{other}' is no picture format here; end the name in .png or .svg"),
        };
    }

    /// <summary>Runs a script in a folder of its own and hands the folder over before it is removed.</summary>
    private void Run(string script, IReadOnlyDictionary<string, byte[]> files, int pictures, Action<string> take)
    {
        var folder = Directory.CreateTempSubdirectory("flex-figure-");
        try
        {
            foreach (var (name, content) in files)
            {
                File.WriteAllBytes(Path.Combine(folder.FullName, name), content);
            }

            File.WriteAllText(Path.Combine(folder.FullName, "script.gp"), $"{Preamble}{script}unset output\n");
            Run(folder.FullName, pictures);
            take(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private void Run(string folder, int pictures)
    {
        // -d: a user's own start-up file must not change the figures.
        var start = new ProcessStartInfo(_program, ["-d", "script.gp"])
        {
            WorkingDirectory = folder,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        using var process = Start(start);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new InputException($"{_program} did not finish a picture in {Patience.TotalSeconds} s: is the machine overloaded?");
        }

        Task.WaitAll(output, errors);
        if (process.ExitCode != 0 || !Enumerable.Range(0, pictures).All(i => File.Exists(Path.Combine(folder, $"picture{i}"))))
        {
            throw new InputException(
                $"{_program} cannot draw the picture: {Complaint(errors.Result)}; the Debian package gnuplot-nox is the one that is tested");
        }
    }

    private Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new Win32Exception();
        }
        catch (Win32Exception e)
        {
            throw new InputException(
                $"cannot run {_program}, which draws the pictures: install it with 'apt install gnuplot-nox'", e);
        }
    }

    /// <summary>The line that says what was wrong; gnuplot repeats the command and points at it first.</summary>
    private static string Complaint(string errors) =>
        errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .LastOrDefault(line => line.Any(char.IsLetter)) ?? "it gave no reason";
}
