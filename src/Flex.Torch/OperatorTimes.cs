using System.Globalization;
using System.Runtime.InteropServices;
using Flex.Torch.Native;

namespace Flex.Torch;

/// <summary>The time of one operator.</summary>
/// <param name="Name">Its name, such as <c>aten::addmm</c>; a backward pass's steps have names of their own.</param>
/// <param name="Calls">How often it was called.</param>
/// <param name="Seconds">The time in it, without that of operators that it called.</param>
public sealed record OperatorTime(string Name, long Calls, double Seconds);

/// <summary>Takes the time of the operators that this thread calls, forward and backward. It costs about a microsecond a call.</summary>
public static class OperatorTimes
{
    /// <summary>Takes the times of some work.</summary>
    /// <param name="work">The work; all on this thread.</param>
    /// <returns>The operators, the longest first. What is not in their sum was spent outside of libtorch.</returns>
    public static IReadOnlyList<OperatorTime> Take(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        Gate.Check(Gate.OperatorTimesStart());
        nint lines;
        try
        {
            work();
        }
        finally
        {
            Gate.Check(Gate.OperatorTimesStop(out lines));
        }

        return [.. (Marshal.PtrToStringUTF8(lines) ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse).OrderByDescending(time => time.Seconds)];
    }

    private static OperatorTime Parse(string line)
    {
        var parts = line.Split('\t');
        return new OperatorTime(
            parts[0], long.Parse(parts[1], CultureInfo.InvariantCulture), double.Parse(parts[2], CultureInfo.InvariantCulture));
    }
}
