using System.Diagnostics;
using System.Text.Json;

namespace Flex.Cli.Bench;

/// <summary>One run of a contender.</summary>
/// <param name="Seconds">Its time.</param>
/// <param name="PeakMebibytes">The most memory that its process has held so far, in MiB.</param>
public sealed record Turn(double Seconds, double PeakMebibytes);

/// <summary>A process that does the same work whenever it is told to, see <see cref="Worker"/>.</summary>
internal sealed class Contender : IDisposable
{
    private readonly Process _process;

    private Contender(Process process)
    {
        _process = process;
        using var ready = JsonDocument.Parse(ReadLine());
        Flops = ready.RootElement.TryGetProperty("flops", out var flops) ? flops.GetDouble() : double.NaN;
    }

    /// <summary>Operations of one run; NaN where the contender does not say.</summary>
    public double Flops { get; }

    /// <summary>Starts this program and waits until it has made its unmeasured run.</summary>
    /// <param name="spec">The work.</param>
    /// <returns>The contender.</returns>
    public static Contender Ours(WorkSpec spec) => new(OwnProgram.Start(["bench", "worker", .. spec.Arguments]));

    /// <summary>Starts the peer and waits until it has made its unmeasured run.</summary>
    /// <param name="peer">Where it is.</param>
    /// <param name="spec">The work.</param>
    /// <returns>The contender.</returns>
    public static Contender Theirs(Peer peer, WorkSpec spec) => new(Process.Start(
        new ProcessStartInfo(peer.Python, [peer.Script, .. spec.Arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true })!);

    /// <summary>Has the work done once.</summary>
    /// <returns>What it took.</returns>
    public Turn Run()
    {
        _process.StandardInput.WriteLine("run");
        _process.StandardInput.Flush();
        using var answer = JsonDocument.Parse(ReadLine());
        return new Turn(answer.RootElement.GetProperty("seconds").GetDouble(), answer.RootElement.GetProperty("peak_mib").GetDouble());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private string ReadLine() => _process.StandardOutput.ReadLine()
        ?? throw new InputException($"{_process.StartInfo.FileName} {string.Join(' ', _process.StartInfo.ArgumentList)} ended too early; run it by hand to see why");
}
