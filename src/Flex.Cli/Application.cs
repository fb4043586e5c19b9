using System.CommandLine;
using System.CommandLine.Help;
using Flex.Cli.Commands;
using Flex.Cli.Launch;
using Flex.Torch.Distributed;

namespace Flex.Cli;

/// <summary>The command line tool: from arguments to an exit status.</summary>
public static class Application
{
    /// <summary>The commands, in the order of the help text.</summary>
    private static readonly Func<CliServices, Command>[] CommandFactories =
    [
        DemoCommand.Create,
        SimulateCommand.Create,
        DataSetCommand.Create,
        TrainCommand.Create,
        CalibrateCommand.Create,
        LaunchCommand.Create,
        SuperresCommand.Create,
        ForecastCommand.Create,
        DegradeCommand.Create,
        DeriveCommand.Create,
        EvaluateCommand.Create,
        CompareCommand.Create,
        DiagnoseCommand.Create,
        ImportCommand.Create,
        CompactCommand.Create,
        InfoCommand.Create,
        ShowCommand.Create,
        BenchCommand.Create,
        DoctorCommand.Create,
    ];

    /// <summary>Runs one command line.</summary>
    /// <param name="args">The arguments without the program's name.</param>
    /// <param name="services">The outside world.</param>
    /// <param name="cancellation">Cancelled by SIGINT and SIGTERM.</param>
    /// <returns>The exit status, see <see cref="ExitStatus"/>.</returns>
    public static int Run(IReadOnlyList<string> args, CliServices services, CancellationToken cancellation = default) =>
        Run(args, services, CommandFactories.Select(create => create(services)), cancellation);

    /// <summary>Runs one command line with the given commands.</summary>
    internal static int Run(
        IReadOnlyList<string> args, CliServices services, IEnumerable<Command> commands, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(services);
        var verbose = VerboseOption();
        var parsed = Parse(args, commands, verbose);
        if (UsageError.Find(parsed) is { } error)
        {
            services.Error.WriteLine($"flex: {error}");
            return ExitStatus.BadInput;
        }

        return Guarded(() => Invoke(parsed, services, cancellation), services, SharedCommand.In(args), parsed.GetValue(verbose));
    }

    /// <summary>What is wrong with a command line, without running it; null when nothing is.</summary>
    internal static string? FindUsageError(IReadOnlyList<string> args, CliServices services) =>
        UsageError.Find(Parse(args, CommandFactories.Select(create => create(services)), VerboseOption()));

    private static Option<bool> VerboseOption() => new("--verbose")
    {
        Description = "Show the trace when the program fails",
        Recursive = true,
    };

    // A path may start with "@", and short options are not bundled.
    private static ParseResult Parse(IReadOnlyList<string> args, IEnumerable<Command> commands, Option<bool> verbose) =>
        CreateRoot(commands, verbose).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });

    private static RootCommand CreateRoot(IEnumerable<Command> commands, Option<bool> verbose)
    {
        var root = new RootCommand("FLEX: simulate, train, super-resolve, forecast and judge physical fields on grids.");
        root.Options.Add(verbose);
        foreach (var command in commands)
        {
            root.Subcommands.Add(command);
        }

        root.SetAction(parsed => new HelpAction().Invoke(parsed));
        return root;
    }

    private static int Invoke(ParseResult parsed, CliServices services, CancellationToken cancellation) =>
        parsed.InvokeAsync(
            new InvocationConfiguration
            {
                Output = services.Out,
                Error = services.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            },
            cancellation).GetAwaiter().GetResult();

    private static int Guarded(Func<int> run, CliServices services, SharedCommand? command, bool verbose)
    {
        try
        {
            return run();
        }
        catch (OperationCanceledException)
        {
            services.Error.WriteLine("flex: interrupted");
            return ExitStatus.Interrupted;
        }
        catch (RankLostException e)
        {
            services.Error.WriteLine($"flex: {e.Message}{command?.Advice}");
            return ExitStatus.RankLost;
        }
        catch (Exception e)
        {
            // A disk that fills or a folder that goes away under the program's hands is no fault of the program either.
            var input = e is IOException or UnauthorizedAccessException
                ? new InputException($"{e.Message}; look at the disk, the folder and the limits of this account, then start again", e)
                : e as InputException;
            services.Error.WriteLine(input is not null
                ? $"flex: {input.Message}"
                : $"flex: internal error: {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}{(verbose ? "" : " (--verbose shows the trace)")}");
            if (verbose)
            {
                services.Error.WriteLine(e);
            }

            return input is not null ? ExitStatus.BadInput : ExitStatus.Fault;
        }
    }
}
