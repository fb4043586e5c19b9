using System.Diagnostics;

namespace Flex.Cli.Bench;

/// <summary>Starts this program again.</summary>
internal static class OwnProgram
{
    /// <summary>Starts it with its standard input and output redirected.</summary>
    /// <param name="arguments">The command line.</param>
    /// <returns>The process.</returns>
    public static Process Start(IEnumerable<string> arguments)
    {
        // Started as a library, as tests do, it has another program as its host.
        var host = Path.Combine(AppContext.BaseDirectory, "flex");
        return Process.Start(new ProcessStartInfo(host, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
    }

    /// <summary>Runs it to its end.</summary>
    /// <param name="arguments">The command line.</param>
    /// <exception cref="InputException">It failed.</exception>
    public static void Run(params string[] arguments)
    {
        using var process = Start(arguments);
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        var message = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InputException($"flex {string.Join(' ', arguments)} failed: {message.Trim()}");
        }
    }
}
