using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Flex.Torch;

namespace Flex.Cli.Bench;

/// <summary>
/// The side of the comparison that is this program, in a process of its own, so that its memory is its own. It talks as
/// <c>benchmarks/pytorch_peer.py</c> does: two unmeasured runs, <c>{"ready": true}</c>, then a line of JSON for every line "run".
/// </summary>
internal static class Worker
{
    /// <summary>Works until the input ends.</summary>
    /// <param name="work">The work.</param>
    /// <param name="input">Lines "run".</param>
    /// <param name="output">Lines of JSON.</param>
    public static void Serve(IWork work, TextReader input, TextWriter output)
    {
        // The second run sets up what a GPU replays from then on.
        work.Run();
        work.Run();
        Write(new Dictionary<string, object> { ["ready"] = true, ["flops"] = work.Flops });
        while (input.ReadLine() == "run")
        {
            var clock = Stopwatch.StartNew();
            work.Run();
            Write(new Dictionary<string, object> { ["seconds"] = clock.Elapsed.TotalSeconds, ["peak_mib"] = PeakMebibytes(work.Device) });
        }

        void Write(Dictionary<string, object> message)
        {
            output.WriteLine(JsonSerializer.Serialize(message));
            output.Flush();
        }
    }

    // Of the GPU where it works; else "VmHWM:   123456 kB"
    private static double PeakMebibytes(Device device)
    {
        const double mebibyte = 1 << 20;
        if (device.Type == DeviceType.Cuda)
        {
            return Engine.PeakMemory(device) / mebibyte;
        }

        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }
}
