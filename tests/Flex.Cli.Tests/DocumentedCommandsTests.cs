using System.Text.RegularExpressions;

namespace Flex.Cli.Tests;

/// <summary>
/// Every command line in a document and in a configuration's header is one that the tool takes as it stands. (The
/// demo runs the chain itself: simulate, degrade, super-resolve, draw.)
/// </summary>
public sealed partial class DocumentedCommandsTests
{
    public static TheoryData<string, string> Commands
    {
        get
        {
            var commands = new TheoryData<string, string>();
            foreach (var file in Documents())
            {
                var lines = CommandLinePattern().Matches(File.ReadAllText(file).Replace("\\\n", " ", StringComparison.Ordinal));
                foreach (var line in lines.Select(match => match.Groups[1].Value.Trim()).Distinct())
                {
                    commands.Add(Path.GetFileName(file), line);
                }
            }

            return commands;
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Command_IsTaken(string document, string command)
    {
        var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words[0] == "test")
        {
            // The launcher's own.
            Assert.True(words is ["test"] or ["test", "--fast" or "--soak"] or ["test", "--filter", _] or ["test", "--soak", "--filter", _], $"{document}: ./flex {command}");
            return;
        }

        AssertTaken(document, words);
        if (words[0] == "launch")
        {
            AssertTaken(document, [.. words.SkipWhile(word => word != "--").Skip(1)]);
        }
    }

    private static void AssertTaken(string document, string[] words)
    {
        // A command alone is a mention of it.
        var command = string.Join(' ', words);
        words = words.Length == 1 ? [words[0], "--help"] : words;
        var services = new CliServices(TextWriter.Null, TextWriter.Null, TimeProvider.System, IsTerminal: false, Width: 80);
        Assert.True(Application.FindUsageError(words, services) is null, $"{document}: ./flex {command}: {Application.FindUsageError(words, services)}");
        Assert.All(
            words.Where(w => w.StartsWith("configs/", StringComparison.Ordinal) || w.StartsWith("models/", StringComparison.Ordinal)),
            path => Assert.True(File.Exists(Repository.File(path)), $"{document} names {path}, which is not there"));
    }

    [Fact]
    public void Documents_HaveCommands() => Assert.True(Commands.Count > 5);

    private static IEnumerable<string> Documents() =>
    [
        Repository.File("README.md"),
        .. Directory.EnumerateFiles(Repository.File("docs"), "*.md"),
        .. Directory.EnumerateFiles(Repository.File("models"), "*.md"),
        .. Directory.EnumerateFiles(Repository.File("configs"), "*.yaml"),
    ];

    // Indented or fenced lines, also behind variables and launchers, comment lines of configurations, and `./flex …` inside a sentence.
    [GeneratedRegex(@"(?:^(?:    |#   |# )?(?:\$ )?(?:(?:[A-Z_]+=\S+|srun|mpirun|-\S+|[A-Z_]+|[0-9]+) )*(?:\./)?flex |`\./flex )([a-z][^`\n#]*)", RegexOptions.Multiline)]
    private static partial Regex CommandLinePattern();
}
