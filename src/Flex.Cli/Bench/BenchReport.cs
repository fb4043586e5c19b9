using System.Globalization;

namespace Flex.Cli.Bench;

/// <summary>All that one <c>flex bench</c> measured.</summary>
/// <param name="Machine">Processor and cores.</param>
/// <param name="Load">The load average before it began: above the number of busy processes that the machine should have, figures mean little.</param>
/// <param name="Convolutions">The best rates of 3×3 convolutions; null for a GPU.</param>
/// <param name="Comparisons">This program and its peer.</param>
/// <param name="Shares">Where the time goes.</param>
/// <param name="Solver">The solver's cost; null for a GPU.</param>
/// <param name="StartUpSeconds">A whole <c>flex superres</c> of one tile; null for a GPU and without a model.</param>
public sealed record BenchReport(
    string Machine,
    double Load,
    ConvolutionRates? Convolutions,
    IReadOnlyList<Comparison> Comparisons,
    IReadOnlyList<OperatorShares> Shares,
    SolverCost? Solver,
    double? StartUpSeconds)
{
    /// <summary>The report in Markdown, as docs/performance.md has it.</summary>
    /// <returns>Its lines.</returns>
    public IEnumerable<string> Lines()
    {
        yield return $"{Machine}; load before the run {Number(Load, "0.0")}";
        yield return "";
        yield return "| work | flex, s | PyTorch, s | ratio | GFLOP/s | of libtorch's best | peak MiB: flex, PyTorch |";
        yield return "|---|---|---|---|---|---|---|";
        foreach (var row in Comparisons)
        {
            var cells = new[]
            {
                row.Work, Number(row.Seconds, "0.000"), Number(row.PeerSeconds, "0.000"), Number(row.Ratio, "0.00"), Number(row.Rate, "0"),
                Convolutions is null ? "–" : Percent(row.Rate / Convolutions.Libtorch), $"{Number(row.PeakMebibytes, "0")}, {Number(row.PeerPeakMebibytes, "0")}",
            };
            yield return $"| {string.Join(" | ", cells)} |";
        }

        if (Convolutions is not null && Solver is not null)
        {
            foreach (var line in ProcessorLines(Convolutions, Solver))
            {
                yield return line;
            }
        }

        foreach (var shares in Shares)
        {
            yield return "";
            foreach (var line in shares.Lines())
            {
                yield return line;
            }
        }
    }

    private IEnumerable<string> ProcessorLines(ConvolutionRates convolutions, SolverCost solver)
    {
        yield return "";
        yield return $"3×3 convolutions, GFLOP/s as the definition counts: libtorch's best {Number(convolutions.Libtorch, "0")}, the gate's {Number(convolutions.Fast, "0")}";
        yield return $"solver at {solver.Size}²: a step takes {Number(solver.Step * 1e3, "0.0")} ms, {Number(solver.Ratio, "0.00")} times its Fourier transforms";
        yield return $"start-up, a whole superres of one tile: {Number(StartUpSeconds, "0.00")} s";
    }

    /// <summary>A share in per cent.</summary>
    /// <param name="share">1 is all.</param>
    /// <returns><c>12.3 %</c>.</returns>
    internal static string Percent(double share) => (share * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    private static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "–";
}
