using System.Globalization;

namespace Flex.Cli.Bench;

/// <summary>How the cost of one thing grows while all else stays.</summary>
/// <param name="Of">What grows.</param>
/// <param name="Costs">Its costs, the smallest first.</param>
public sealed record Growth(string Of, IReadOnlyList<Comparison> Costs)
{
    /// <summary>What <c>flex bench growth</c> measures: grid, members, sampling steps and model size, for the processor.</summary>
    /// <param name="quick">Two of each at sizes that take seconds; the numbers mean nothing.</param>
    /// <returns>Each thing that grows with its works.</returns>
    internal static IReadOnlyList<(string Of, IReadOnlyList<WorkSpec> Works)> Plan(bool quick)
    {
        var sampling = quick ? new WorkSpec { Size = "tiny", Image = 32, Batch = 1 } : new WorkSpec { Batch = 1 };
        var training = sampling with { IsTraining = true, Size = "tiny", Batch = 2 };
        int[] grids = quick ? [16, 32] : [64, 128, 256], counts = quick ? [1, 2] : [1, 2, 4, 8];
        string[] sizes = quick ? ["tiny"] : ["tiny", "small", "medium"];
        return
        [
            ("grid, in sampling", [.. grids.Select(grid => sampling with { Image = grid })]),
            ("grid, in training", [.. grids.Select(grid => training with { Image = grid })]),
            ("members", [.. counts.Select(members => sampling with { Members = members })]),
            ("sampling steps", [.. counts.Select(steps => sampling with { Steps = steps })]),
            ("model size, in sampling", [.. sizes.Select(size => sampling with { Size = size })]),
            ("model size, in training", [.. sizes.Select(size => training with { Size = size })]),
        ];
    }

    /// <summary>The costs in Markdown: each work's operations and time, as they are and over those of the first.</summary>
    /// <returns>Its lines.</returns>
    public IEnumerable<string> Lines()
    {
        yield return $"| {Of} | GFLOP | × | s | × | GFLOP/s | peak MiB |";
        yield return "|---|---|---|---|---|---|---|";
        foreach (var cost in Costs)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"| {cost.Work} | {Operations(cost):0.0} | {Operations(cost) / Operations(Costs[0]):0.0} | {cost.Seconds:0.000} | {cost.Seconds / Costs[0].Seconds:0.0} | {cost.Rate:0} | {cost.PeakMebibytes:0} |");
        }
    }

    // GFLOP
    private static double Operations(Comparison cost) => cost.Rate * cost.Seconds;
}
