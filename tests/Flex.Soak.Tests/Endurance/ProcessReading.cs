using System.Globalization;
using Flex.Torch;

namespace Flex.Soak.Tests.Endurance;

/// <summary>What this process holds between two steps, and what it has done, as Linux and the gate count it.</summary>
/// <param name="Samples">Training samples so far.</param>
/// <param name="ProcessorSeconds">Processor time so far, of all threads; time in which the process was not run does not count.</param>
/// <param name="Resident">Resident memory, MiB.</param>
/// <param name="Tensors">Tensors that the managed side holds.</param>
/// <param name="Descriptors">Open file descriptors.</param>
/// <param name="Threads">Threads.</param>
internal sealed record ProcessReading(double Samples, double ProcessorSeconds, double Resident, double Tensors, double Descriptors, double Threads)
{
    public static ProcessReading After(double samples)
    {
        var status = File.ReadLines("/proc/self/status").Select(line => line.Split(':')).ToDictionary(parts => parts[0], parts => parts[1].Trim());
        return new ProcessReading(
            samples,
            Environment.CpuUsage.TotalTime.TotalSeconds,
            double.Parse(status["VmRSS"].Split(' ')[0], CultureInfo.InvariantCulture) / 1024,
            Engine.LiveTensors,
            Directory.GetFiles("/proc/self/fd").Length,
            double.Parse(status["Threads"], CultureInfo.InvariantCulture));
    }
}
