using System.CommandLine;
using Flex.Cli.Launch;

namespace Flex.Cli.Commands;

/// <summary><c>flex launch</c>: starts several processes of this machine that do one command together.</summary>
public static class LaunchCommand
{
    /// <summary>Creates the command.</summary>
    /// <param name="services">The outside world.</param>
    /// <returns>The command.</returns>
    public static Command Create(CliServices services)
    {
        var count = new Option<int>("-n") { Description = "The number of processes", HelpName = "K", Required = true };
        var restarts = new Option<int>("--restarts") { Description = "How often a run that failed goes on from its last checkpoint, or starts again", HelpName = "R" };
        var line = new Argument<string[]>("command") { Description = "The command, behind --: train, calibrate, superres, forecast or evaluate, with its own arguments", Arity = ArgumentArity.OneOrMore };
        var command = new Command("launch", "Train, super-resolve, forecast or judge with several processes of this machine") { count, restarts, line };
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

            var shared = SharedCommand.Named(words[0])
                ?? throw new InputException($"flex launch shares the work of {string.Join(", ", SharedCommand.All.Select(c => c.Name))}, not of '{words[0]}'");

            if (Application.FindUsageError(words, services) is { } error)
            {
                throw new InputException(error);
            }

            new LocalRun(services, size, shared, words).Run(parsed.GetValue(restarts), cancellation);
            return ExitStatus.Success;
        });
        return command;
    }
}
