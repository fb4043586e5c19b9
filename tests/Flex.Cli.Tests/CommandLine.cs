using System.CommandLine;

namespace Flex.Cli.Tests;

/// <summary>Runs the tool in this process and keeps what it printed.</summary>
internal sealed record CommandLine(int Status, string Out, string Error)
{
    public static CommandLine Run(params string[] args) => Run(services => Application.Run(args, services));

    /// <summary>Runs a tool whose commands are the given ones.</summary>
    public static CommandLine RunWith(Command command, CancellationToken cancellation, params string[] args) =>
        Run(services => Application.Run(args, services, [command], cancellation));

    private static CommandLine Run(Func<CliServices, int> run)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var status = run(new CliServices(output, error, TimeProvider.System, IsTerminal: false, Width: 80));
        return new CommandLine(status, output.ToString(), error.ToString());
    }

    /// <summary>Bad input or usage ends in one line and status 2.</summary>
    public void AssertBadInput(params string[] words)
    {
        Assert.Equal(ExitStatus.BadInput, Status);
        Assert.Empty(Out);
        Assert.StartsWith("flex: ", Error, StringComparison.Ordinal);
        Assert.Equal(Error.Length - 1, Error.IndexOf('\n', StringComparison.Ordinal));
        Assert.All(words, word => Assert.Contains(word, Error, StringComparison.Ordinal));
    }
}
