using System.Diagnostics;
using System.Globalization;

namespace Flex.IO;

/// <summary>
/// Writes a file so that a reader sees the old content or the new one, never a part: the content goes to a
/// temporary file in the same folder, is synced to disk and renamed over the target. What a killed process left of the
/// same target is removed.
/// </summary>
public static class AtomicFile
{
    /// <summary>The ending of temporary files; a file with it is left over from a killed process and may be removed.</summary>
    public const string TemporarySuffix = ".flex-tmp";

    /// <summary>Writes a file through a stream.</summary>
    /// <param name="path">The target.</param>
    /// <param name="write">Writes the content; when it throws, the target is untouched and nothing is left behind.</param>
    /// <exception cref="InputException">The target cannot be written (missing or read-only folder, full disk).</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        WriteByPath(path, temporary =>
        {
            using var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
            write(stream);
        });
    }

    /// <summary>Writes a file through a library that wants a path (netCDF-C, gnuplot).</summary>
    /// <param name="path">The target.</param>
    /// <param name="write">Writes the content to the path it is given.</param>
    /// <exception cref="InputException">The target cannot be written.</exception>
    public static void WriteByPath(string path, Action<string> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        var target = Path.GetFullPath(path);
        var temporary = $"{target}.{Environment.ProcessId}{TemporarySuffix}";
        try
        {
            if (Directory.Exists(target))
            {
                throw new InputException($"cannot write {path}: it is a folder; name a file");
            }

            RemoveLeftovers(target);
            write(temporary);
            Sync(temporary);
            File.Move(temporary, target, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException { ParamName: "value" })
        {
            throw new InputException($"cannot write {path}: {Reason(e, target)}", e);
        }
        finally
        {
            DeleteQuietly(temporary);
        }
    }

    private static void RemoveLeftovers(string target)
    {
        var (folder, start) = (Path.GetDirectoryName(target)!, Path.GetFileName(target) + ".");
        foreach (var file in Directory.EnumerateFiles(folder, "*" + TemporarySuffix))
        {
            var name = Path.GetFileName(file);
            if (name.StartsWith(start, StringComparison.Ordinal)
                && int.TryParse(name.AsSpan()[start.Length..^TemporarySuffix.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var process)
                && !IsRunning(process))
            {
                DeleteQuietly(file);
            }
        }
    }

    private static bool IsRunning(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static void Sync(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        stream.Flush(flushToDisk: true);
    }

    private static string Reason(Exception e, string target) => e switch
    {
        DirectoryNotFoundException => $"the folder {Path.GetDirectoryName(target)} does not exist; create it first",
        UnauthorizedAccessException => "permission denied; choose a folder that you may write to",
        ArgumentOutOfRangeException => "the file system does not take files of this size", // so .NET has EFBIG
        _ => e.Message,
    };

    private static void DeleteQuietly(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The primary error is already on its way; a left-over temporary file is harmless.
        }
    }
}
