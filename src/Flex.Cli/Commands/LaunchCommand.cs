using System.CommandLine;
using Flex.Cli.Launch;

namespace Flex.Cli.Commands;

/// <summary><c>flex launch</c>: starts several processes of this machine that train together.</summary>
public static class LaunchCommand
{
    private static readonly string[] SharedCommands = ["train", "calibrate"];

    /// <summary>Creates the command.</summary>
    /// <param name="services">The outside world.</param>
    /// <returns>The command.</returns>
    public static Command Create(CliServices services)
    {
        var count = new Option<int>("-n") { Description = "The number of processes", HelpName = "K", Required = true };
        var restarts = new Option<int>("--restarts") { Description = "How often a run that failed goes on from its last checkpoint", HelpName = "R" };
        var line = new Argument<string[]>("command") { Description = "The command, behind --: train CONFIG --out RUN, or calibrate MODEL …", Arity = ArgumentArity.OneOrMore };
        var command = new Command("launch", "Train with several processes of this machine") { count, restarts, line };
        command.OnRun((parsed, cancellation) =>
        {
            var (size, words) = (parsed.GetRequiredValue(count), parsed.GetRequiredValue(line));
            if (size < 1)
            {
                throw new InputException($"-n must be at least 1, got {size}");
            }

            if (parsed.GetValue(restarts) < 0)
            {
                throw new InputException($"--restarts must be 0 or more, got {parsed.GetValue(restarts)}");
            }

            if (!SharedCommands.Contains(words[0]))
            {
                throw new InputException($"flex launch knows how to share the work of {string.Join(" and ", SharedCommands)}, not of '{words[0]}'");
            }

            if (Application.FindUsageError(words, services) is { } error)
            {
                throw new InputException(error);
            }

            new LocalRun(services, size, words).Run(parsed.GetValue(restarts), cancellation);
            return ExitStatus.Success;
        });
        return command;
    }
}
