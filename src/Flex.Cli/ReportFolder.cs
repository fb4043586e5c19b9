using Flex.Evaluation.Reports;
using Flex.IO;

namespace Flex.Cli;

/// <summary>The folder of a report: one page, <c>report.html</c>.</summary>
/// <param name="folder">The folder.</param>
internal sealed class ReportFolder(string folder)
{
    /// <summary>The page's name.</summary>
    public const string FileName = "report.html";

    private string Page => Path.Combine(folder, FileName);

    /// <summary>Makes the folder and tries to write there, so that long work does not end at a read-only one.</summary>
    /// <exception cref="InputException">It cannot be made or written to.</exception>
    public void Create()
    {
        try
        {
            Directory.CreateDirectory(folder);
            var trial = Path.Combine(folder, $"{FileName}.{Environment.ProcessId}{AtomicFile.TemporarySuffix}");
            using var stream = new FileStream(trial, FileMode.Create, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot write to the folder {folder}: {e.Message}", e);
        }

        if (Directory.Exists(Page))
        {
            throw new InputException($"cannot write {Page}: it is a folder; remove it, or choose another folder for the report");
        }
    }

    /// <summary>Writes the page.</summary>
    /// <param name="page">The page.</param>
    /// <exception cref="InputException">It cannot be written.</exception>
    public void Write(ReportPage page) => page.Save(Page);
}
