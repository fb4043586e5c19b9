using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Flex.Cli.Bench;

/// <summary>
/// The side of the comparison that is this program, in a process of its own, so that its memory is its own. It talks as
/// <c>benchmarks/pytorch_peer.py</c> does: one unmeasured run, <c>{"ready": true}</c>, then a line of JSON for every line "run".
/// </summary>
internal static class Worker
{
    /// <summary>Works until the input ends.</summary>
    /// <param name="work">The work.</param>
    /// <param name="input">Lines "run".</param>
    /// <param name="output">Lines of JSON.</param>
    public static void Serve(IWork work, TextReader input, TextWriter output)
    {
        work.Run();
        Write(new Dictionary<string, object> { ["ready"] = true, ["flops"] = work.Flops });
        while (input.ReadLine() == "run")
        {
            var clock = Stopwatch.StartNew();
            work.Run();
            Write(new Dictionary<string, object> { ["seconds"] = clock.Elapsed.TotalSeconds, ["peak_mib"] = PeakMebibytes() });
        }

        void Write(Dictionary<string, object> message)
        {
            output.WriteLine(JsonSerializer.Serialize(message));
            output.Flush();
        }
    }

    // "VmHWM:   123456 kB"
    private static double PeakMebibytes()
    {
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }
}
