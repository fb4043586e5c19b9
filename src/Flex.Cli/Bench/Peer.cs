using System.Diagnostics;

namespace Flex.Cli.Bench;

/// <summary>The same networks in eager PyTorch.</summary>
/// <param name="Python">The interpreter.</param>
/// <param name="Script"><c>benchmarks/pytorch_peer.py</c>.</param>
internal sealed record Peer(string Python, string Script)
{
    /// <summary>Looks for the peer.</summary>
    /// <param name="python">An interpreter.</param>
    /// <param name="home">The folder of the installation.</param>
    /// <returns>It; null where the script, the interpreter or its PyTorch is missing.</returns>
    public static Peer? Find(string python, string home)
    {
        var script = Path.Combine(home, "benchmarks", "pytorch_peer.py");
        if (!File.Exists(python) || !File.Exists(script))
        {
            return null;
        }

        using var probe = Process.Start(new ProcessStartInfo(python, ["-c", "import torch, numpy"]) { RedirectStandardError = true })!;
        probe.StandardError.ReadToEnd();
        probe.WaitForExit();
        return probe.ExitCode == 0 ? new Peer(python, script) : null;
    }
}
