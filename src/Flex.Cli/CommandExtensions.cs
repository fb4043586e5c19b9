using System.CommandLine;

namespace Flex.Cli;

/// <summary>Shorthand for writing commands.</summary>
public static class CommandExtensions
{
    /// <summary>Sets what the command does.</summary>
    /// <param name="command">The command.</param>
    /// <param name="run">Does the work and returns the exit status. Bad input is thrown as <see cref="InputException"/>;
    /// the token is cancelled by SIGINT and SIGTERM and answered with <see cref="OperationCanceledException"/>.</param>
    public static void OnRun(this Command command, Func<ParseResult, CancellationToken, int> run)
    {
        ArgumentNullException.ThrowIfNull(command);
        command.SetAction((parsed, cancellation) => Task.FromResult(run(parsed, cancellation)));
    }
}
