using System.Diagnostics;
using Flex.Cli;

namespace Flex.Soak.Tests.Support;

/// <summary>The tool as a process of its own, to be killed, interrupted and starved.</summary>
internal sealed class ToolProcess : IDisposable
{
    public const int Killed = 137;

    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly Task<string> _error;

    private ToolProcess(Process process)
    {
        _process = process;
        _error = process.StandardError.ReadToEndAsync();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>All that it wrote to standard error.</summary>
    public string Error => _error.Result;

    /// <summary>Starts the tool in a folder.</summary>
    /// <param name="folder">Where paths start from.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="wrapper">A program and its arguments that run the command behind them.</param>
    public static ToolProcess Start(string folder, IEnumerable<string> arguments, params string[] wrapper)
    {
        string[] command = [.. wrapper, Environment.ProcessPath!, "exec", typeof(Application).Assembly.Location, .. arguments];
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { WorkingDirectory = folder, RedirectStandardError = true };
        start.Environment["SOURCE_DATE_EPOCH"] = "0";
        start.Environment["OMP_NUM_THREADS"] = "1";
        return new ToolProcess(Process.Start(start)!);
    }

    public void Kill() => _process.Kill();

    /// <summary>Sends a signal by its name (TERM, INT).</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Waits for the end and gives the exit status.</summary>
    public int Wait()
    {
        Assert.True(Patience.Wait(_longest, _process.WaitForExit, out _), "the tool does not end");
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
