using Flex.Cli;

namespace Flex.Soak.Tests.Support;

/// <summary>Runs the tool in this process and keeps what it printed.</summary>
internal sealed record Tool(int Status, string Out, string Error)
{
    public static Tool Run(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var status = Application.Run(args, new CliServices(output, error, TimeProvider.System, IsTerminal: false, Width: 80));
        return new Tool(status, output.ToString(), error.ToString());
    }

    /// <summary>Whether it ended as bad input does: with status 2 and one line, after lines of warnings and progress at most.</summary>
    public bool IsRefusal => Status == ExitStatus.BadInput && Out.Length == 0 && Error.EndsWith('\n')
        && Error.TrimEnd('\n').Split('\n')[^1].StartsWith("flex: ", StringComparison.Ordinal);
}
