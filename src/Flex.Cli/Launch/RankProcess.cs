using System.Diagnostics;
using System.Globalization;

namespace Flex.Cli.Launch;

/// <summary>This program once more, as one of several processes.</summary>
internal sealed class RankProcess : IDisposable
{
    private readonly Process _process;
    private string _lastLine = "";

    private RankProcess(int rank, Process process) => (Rank, _process) = (rank, process);

    /// <summary>Its number.</summary>
    public int Rank { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>Its exit status; 128 and the signal where one killed it.</summary>
    public int Status => _process.ExitCode;

    /// <summary>Whether the launcher killed it.</summary>
    public bool WasEnded { get; private set; }

    /// <summary>The last it wrote to standard error, without the program's name.</summary>
    public string LastWords => _lastLine.StartsWith("flex: ", StringComparison.Ordinal) ? _lastLine["flex: ".Length..] : _lastLine;

    /// <summary>Starts a process.</summary>
    /// <param name="rank">Its number.</param>
    /// <param name="size">The number of processes.</param>
    /// <param name="port">Where they meet.</param>
    /// <param name="arguments">Its command line.</param>
    /// <param name="services">Where its output goes: results as they are, messages with its number before each line.</param>
    /// <returns>The process.</returns>
    public static RankProcess Start(int rank, int size, int port, IEnumerable<string> arguments, CliServices services)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "flex"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        (string, int)[] variables =
            [("RANK", rank), ("LOCAL_RANK", rank), ("WORLD_SIZE", size), ("MASTER_PORT", port), (LauncherBond.Variable, Environment.ProcessId)];
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value.ToString(CultureInfo.InvariantCulture);
        }

        start.Environment["MASTER_ADDR"] = "127.0.0.1";
        start.Environment.TryAdd("OMP_NUM_THREADS", Math.Max(1, Environment.ProcessorCount / size).ToString(CultureInfo.InvariantCulture));
        var process = new RankProcess(rank, Process.Start(start)!);
        process.Relay(services);
        return process;
    }

    /// <summary>Asks it to save and end.</summary>
    public void Interrupt()
    {
        if (!HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
            kill.WaitForExit();
        }
    }

    /// <summary>Ends it at once.</summary>
    public void End()
    {
        if (!HasExited)
        {
            WasEnded = true;
            _process.Kill();
        }
    }

    /// <summary>Waits until all that it wrote has arrived.</summary>
    public void Drain() => _process.WaitForExit();

    /// <inheritdoc/>
    public void Dispose() => _process.Dispose();

    private void Relay(CliServices services)
    {
        _process.OutputDataReceived += (_, line) => Write(services.Out, line.Data, "");
        _process.ErrorDataReceived += (_, line) =>
        {
            _lastLine = string.IsNullOrEmpty(line.Data) ? _lastLine : line.Data;
            Write(services.Error, line.Data, $"[{Rank}] ");
        };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();

        static void Write(TextWriter writer, string? line, string prefix)
        {
            if (line is not null)
            {
                lock (writer)
                {
                    writer.WriteLine(prefix + line);
                    writer.Flush();
                }
            }
        }
    }
}
