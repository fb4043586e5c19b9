using System.Text;
using Flex.IO;

namespace Flex.Cli;

/// <summary>An evaluation as a folder: <c>report.md</c> with tables, and the pictures that it shows.</summary>
/// <param name="folder">The folder.</param>
internal sealed class ReportFolder(string folder)
{
    private readonly StringBuilder _text = new();
    private readonly List<string> _pictures = [];

    /// <summary>Makes the folder early, so that long work does not end at a read-only one.</summary>
    /// <exception cref="InputException">It cannot be made.</exception>
    public void Create()
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot write to the folder {folder}: {e.Message}", e);
        }
    }

    /// <summary>Names a picture that the next section shows.</summary>
    /// <param name="stem">Its name without ending.</param>
    /// <returns>The file to draw it into.</returns>
    public string Picture(string stem)
    {
        _pictures.Add(stem + ".png");
        return Path.Combine(folder, _pictures[^1]);
    }

    /// <summary>Writes a section with the pictures drawn since the one before.</summary>
    /// <param name="title">What was judged.</param>
    /// <param name="table">The table.</param>
    /// <exception cref="InputException">The report cannot be written.</exception>
    public void Add(string title, string table)
    {
        _text.Append($"# {title}\n\n```\n{table}```\n\n");
        foreach (var picture in _pictures)
        {
            _text.Append($"![{Path.GetFileNameWithoutExtension(picture)}]({picture})\n\n");
        }

        _pictures.Clear();
        AtomicFile.Write(Path.Combine(folder, "report.md"), stream =>
        {
            using var writer = new StreamWriter(stream, leaveOpen: true);
            writer.Write(_text);
        });
    }
}
