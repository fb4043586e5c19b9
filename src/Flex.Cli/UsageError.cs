using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Flex.Text;

namespace Flex.Cli;

/// <summary>Words what is wrong with a command line in one line that names the nearest valid word.</summary>
internal static class UsageError
{
    /// <summary>Finds the first error.</summary>
    /// <param name="parsed">A parsed command line.</param>
    /// <returns>One line, or null when there is nothing wrong.</returns>
    public static string? Find(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (MistakenOption(parsed) is { } option)
        {
            return $"unknown option {option}{NearestWord.Hint(option, OptionNames(parsed.CommandResult))}; {SeeHelp(command)}";
        }

        if (parsed.Errors.Count == 0)
        {
            return null;
        }

        if (parsed.UnmatchedTokens is [var word, ..])
        {
            var names = command.Subcommands.Select(c => c.Name).ToList();
            return names.Count == 0
                ? $"unexpected argument '{word}'; {SeeHelp(command)}"
                : $"unknown command '{word}'{NearestWord.Hint(word, names)}; the commands are {string.Join(", ", names)}";
        }

        return $"{parsed.Errors[0].Message.ReplaceLineEndings(" ").TrimEnd('.')}; {SeeHelp(command)}";
    }

    // The parser takes an option that it does not know for an argument, or for the value of the option before it.
    private static string? MistakenOption(ParseResult parsed) => parsed.Tokens
        .TakeWhile(token => token.Type != TokenType.DoubleDash)
        .Where(token => token.Type == TokenType.Argument && LooksLikeOption(token.Value))
        .Select(token => token.Value.Split('=')[0])
        .FirstOrDefault();

    private static bool LooksLikeOption(string text) =>
        text.Length > 1 && text[0] == '-' && !double.TryParse(text.Split(',', ':')[0], CultureInfo.InvariantCulture, out _);

    private static IEnumerable<string> OptionNames(CommandResult command)
    {
        var own = command.Command.Options;
        var inherited = command.Parent is CommandResult parent
            ? parent.Command.Options.Where(option => option.Recursive)
            : [];
        return own.Concat(inherited).SelectMany(option => option.Aliases.Prepend(option.Name));
    }

    private static string SeeHelp(Command command) =>
        command is RootCommand ? "see flex --help" : $"see flex {FullName(command)} --help";

    private static string FullName(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent and not RootCommand
            ? $"{FullName(parent)} {command.Name}"
            : command.Name;
}
