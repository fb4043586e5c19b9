using System.Diagnostics;
using Flex.Torch;

namespace Flex.Cli.Bench;

/// <summary>Where the time of a piece of work goes.</summary>
/// <param name="Work">The work.</param>
/// <param name="Outside">The share outside of operators: managed code, crossing the gate, the engine of the backward pass.</param>
/// <param name="Operators">The operators that take most, and their shares of the whole time.</param>
public sealed record OperatorShares(string Work, double Outside, IReadOnlyList<OperatorShare> Operators)
{
    /// <summary>Measures some runs after an unmeasured one.</summary>
    /// <param name="spec">The work.</param>
    /// <param name="runs">How many.</param>
    /// <param name="listed">How many operators are listed.</param>
    /// <returns>The shares.</returns>
    public static OperatorShares Measure(WorkSpec spec, int runs, int listed)
    {
        using var work = spec.Create();
        work.Run();
        var clock = Stopwatch.StartNew();
        var times = OperatorTimes.Take(() =>
        {
            for (var i = 0; i < runs; i++)
            {
                work.Run();
            }
        });
        var whole = clock.Elapsed.TotalSeconds;
        return new OperatorShares(
            spec.Title,
            1 - (times.Sum(time => time.Seconds) / whole),
            [.. times.Take(listed).Select(time => new OperatorShare(time.Name, time.Calls / runs, time.Seconds / whole))]);
    }

    /// <summary>The shares as text.</summary>
    /// <returns>A line for the whole and one for each operator.</returns>
    public IEnumerable<string> Lines() =>
    [
        $"{Work}: outside of operators {BenchReport.Percent(Outside)}",
        .. Operators.Select(part => $"  {BenchReport.Percent(part.Share),6}  {part.Name} ({part.Calls} calls)"),
    ];
}

/// <summary>One operator's part.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Calls">Calls in one run.</param>
/// <param name="Share">Its own time over the whole.</param>
public sealed record OperatorShare(string Name, long Calls, double Share);
