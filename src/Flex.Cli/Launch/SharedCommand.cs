namespace Flex.Cli.Launch;

/// <summary>A command whose work several processes share.</summary>
/// <param name="Name">The command.</param>
/// <param name="Resumes">Whether it can go on from a checkpoint; else it starts again.</param>
internal sealed record SharedCommand(string Name, bool Resumes)
{
    private const string Resume = "--resume";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<SharedCommand> All { get; } =
    [
        new("train", Resumes: true),
        new("calibrate", Resumes: true),
        new("superres", Resumes: false),
        new("forecast", Resumes: false),
        new("evaluate", Resumes: false),
    ];

    /// <summary>What to do when a rank is lost, behind what has happened.</summary>
    public string Advice => Resumes ? $"; {Resume} goes on from the last checkpoint" : "; start it again";

    /// <summary>Where the work begins when it begins again.</summary>
    public string Beginning => Resumes ? "from the last checkpoint" : "from its beginning";

    /// <summary>The first of them that is named in a command line, be it behind <c>launch</c>; null where none is.</summary>
    public static SharedCommand? In(IEnumerable<string> words) => words.Select(Named).FirstOrDefault(command => command is not null);

    /// <summary>The command of a name; null where its work cannot be shared.</summary>
    public static SharedCommand? Named(string name) => All.FirstOrDefault(command => command.Name == name);

    /// <summary>The command line that begins again.</summary>
    /// <param name="words">The first one.</param>
    public IReadOnlyList<string> Again(IReadOnlyList<string> words) => !Resumes || words.Contains(Resume) ? words : [.. words, Resume];
}
