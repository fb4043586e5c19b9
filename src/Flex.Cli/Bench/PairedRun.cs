namespace Flex.Cli.Bench;

/// <summary>What the comparison of one piece of work found.</summary>
/// <param name="Work">The work.</param>
/// <param name="Seconds">The median of our turns.</param>
/// <param name="PeerSeconds">The median of the peer's; null without one.</param>
/// <param name="Ratio">The median of the ratios of paired turns; null without a peer.</param>
/// <param name="Rate">Operations as the definitions have them over our median, in GFLOP/s.</param>
/// <param name="PeakMebibytes">Our peak of memory.</param>
/// <param name="PeerPeakMebibytes">The peer's.</param>
public sealed record Comparison(
    string Work, double Seconds, double? PeerSeconds, double? Ratio, double Rate, double PeakMebibytes, double? PeerPeakMebibytes);

/// <summary>Has two contenders work in turn, A B A B …, so that what else the machine does meets both.</summary>
internal static class PairedRun
{
    /// <summary>Compares.</summary>
    /// <param name="spec">The work.</param>
    /// <param name="peer">The peer, or null to time this program alone.</param>
    /// <param name="pairs">How many turns each has.</param>
    /// <param name="cancellation">Stops between turns.</param>
    /// <returns>The medians.</returns>
    public static Comparison Of(WorkSpec spec, Peer? peer, int pairs, CancellationToken cancellation)
    {
        using var ours = Contender.Ours(spec);
        using var theirs = peer is null ? null : Contender.Theirs(peer, spec);
        var (mine, others) = (new List<Turn>(), new List<Turn>());
        for (var i = 0; i < pairs; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            mine.Add(ours.Run());
            if (theirs is not null)
            {
                others.Add(theirs.Run());
            }
        }

        var seconds = Median(mine.Select(turn => turn.Seconds));
        return new Comparison(
            spec.Title,
            seconds,
            theirs is null ? null : Median(others.Select(turn => turn.Seconds)),
            theirs is null ? null : Median(mine.Zip(others, (a, b) => a.Seconds / b.Seconds)),
            ours.Flops / seconds / 1e9,
            mine[^1].PeakMebibytes,
            theirs is null ? null : others[^1].PeakMebibytes);
    }

    /// <summary>The median.</summary>
    /// <param name="values">At least one.</param>
    /// <returns>The middle value, or the mean of the two in the middle.</returns>
    internal static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }
}
