using System.Collections;
using Flex.Cli.Progress;

namespace Flex.Cli;

/// <summary>
/// What a command sees of the outside world, so that a test can stand in for it: results go to <see cref="Out"/>,
/// everything else to <see cref="Error"/>.
/// </summary>
/// <param name="Out">Standard output: results only.</param>
/// <param name="Error">Standard error: messages and progress.</param>
/// <param name="Time">The clock.</param>
/// <param name="IsTerminal">Whether <paramref name="Error"/> is a terminal, where a line may be rewritten.</param>
/// <param name="Width">Columns of the terminal.</param>
public sealed record CliServices(TextWriter Out, TextWriter Error, TimeProvider Time, bool IsTerminal, int Width)
{
    /// <summary>The environment variables; none unless they are given.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The services of this process.</summary>
    /// <returns>Standard streams, the system's clock; its date is SOURCE_DATE_EPOCH where that is set.</returns>
    public static CliServices ForProcess()
    {
        var isTerminal = !Console.IsErrorRedirected && System.Environment.GetEnvironmentVariable("TERM") is not (null or "dumb");
        return new CliServices(Console.Out, Console.Error, SourceDate.FromEnvironment(), isTerminal, isTerminal ? Console.WindowWidth : 80)
        {
            Environment = System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? ""),
        };
    }

    /// <summary>Starts to show the progress of one piece of work; dispose it when the work ends.</summary>
    /// <param name="title">What is being done, in a few words (<c>training</c>).</param>
    /// <param name="unit">The unit of work in the plural (<c>steps</c>).</param>
    /// <returns>Where the work reports to.</returns>
    public ProgressReporter StartProgress(string title, string unit) =>
        new(new ProgressText(title, unit), Error, Time, IsTerminal ? Width : null);
}
