using System.IO.Enumeration;

namespace Flex.Fields.DataSets;

/// <summary>Finds files by patterns: <c>*</c> and <c>?</c> within a name, <c>**</c> for folders at any depth.</summary>
public static class FilePatterns
{
    private static readonly EnumerationOptions Recursive = new() { RecurseSubdirectories = true };

    /// <summary>The files that match, each once, in ordinal order of their paths.</summary>
    /// <param name="patterns">Paths or patterns, relative to <paramref name="folder"/>.</param>
    /// <param name="folder">The folder that relative patterns start from.</param>
    /// <exception cref="InputException">A pattern matches no file.</exception>
    public static IReadOnlyList<string> Find(IEnumerable<string> patterns, string folder)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var pattern in patterns)
        {
            var full = Path.Combine(Path.GetFullPath(folder), pattern);
            string[] matches = [.. Match(Path.GetPathRoot(full)!, full.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))];
            found.UnionWith(matches);
            if (matches.Length == 0)
            {
                throw new InputException($"no file matches '{pattern}' in {Path.GetFullPath(folder)}: correct 'files', or make the data first");
            }
        }

        return [.. found];
    }

    private static IEnumerable<string> Match(string folder, ReadOnlyMemory<string> segments)
    {
        var (segment, rest) = (segments.Span[0], segments[1..]);
        if (rest.IsEmpty)
        {
            return HasWildcard(segment)
                ? List(folder, segment, Directory.EnumerateFiles)
                : File.Exists(Path.Combine(folder, segment)) ? [Path.Combine(folder, segment)] : [];
        }

        var folders = segment switch
        {
            "**" => Directory.Exists(folder) ? [folder, .. Directory.EnumerateDirectories(folder, "*", Recursive)] : [],
            _ when HasWildcard(segment) => List(folder, segment, Directory.EnumerateDirectories),
            _ => [Path.GetFullPath(Path.Combine(folder, segment))],
        };
        return folders.SelectMany(f => Match(f, rest));
    }

    private static IEnumerable<string> List(string folder, string pattern, Func<string, IEnumerable<string>> enumerate) =>
        Directory.Exists(folder)
            ? enumerate(folder).Where(path => FileSystemName.MatchesSimpleExpression(pattern, Path.GetFileName(path), ignoreCase: false))
            : [];

    private static bool HasWildcard(string segment) => segment.AsSpan().ContainsAny('*', '?');
}
