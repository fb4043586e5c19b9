using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Flex.Torch.Distributed;

namespace Flex.Cli.Launch;

/// <summary>Processes of this machine that do one command together: all of them end when one does not end well.</summary>
/// <param name="services">The outside world.</param>
/// <param name="size">How many.</param>
/// <param name="command">The command.</param>
/// <param name="arguments">The command line of each, with the command.</param>
internal sealed class LocalRun(CliServices services, int size, SharedCommand command, IReadOnlyList<string> arguments)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    // After a failure the others say in this time what they have seen of it.
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(5);

    // After a signal they save in this time.
    private static readonly TimeSpan AfterSignal = TimeSpan.FromSeconds(60);

    /// <summary>Runs to the end, beginning again after failures.</summary>
    /// <param name="restarts">How often it may begin again.</param>
    /// <param name="cancellation">Asks all processes to save and end.</param>
    /// <exception cref="InputException">A process refused its input.</exception>
    /// <exception cref="RankLostException">A process failed, and once too often.</exception>
    /// <exception cref="OperationCanceledException">It was interrupted.</exception>
    public void Run(int restarts, CancellationToken cancellation)
    {
        for (var start = 0; ; start++)
        {
            try
            {
                RunOnce(start == 0 ? arguments : command.Again(arguments), cancellation);
                return;
            }
            catch (RankLostException e) when (start < restarts)
            {
                services.Error.WriteLine($"flex: {e.Message}; start {start + 1} of {restarts} again, {command.Beginning}");
            }
        }
    }

    private void RunOnce(IReadOnlyList<string> words, CancellationToken cancellation)
    {
        var port = FreePort();
        List<RankProcess> ranks = [.. Enumerable.Range(0, size).Select(rank => RankProcess.Start(rank, size, port, words, services))];
        try
        {
            var failures = Watch(ranks, cancellation);
            ranks.ForEach(rank => rank.Drain());
            cancellation.ThrowIfCancellationRequested();

            // One that lost another is not the one to blame.
            if ((failures.Find(rank => rank.Status != ExitStatus.RankLost) ?? failures.FirstOrDefault()) is { } culprit)
            {
                throw Failure(culprit);
            }
        }
        finally
        {
            ranks.ForEach(rank => rank.End());
            ranks.ForEach(rank => rank.Dispose());
        }
    }

    // Those that failed of themselves, in the order in which they did.
    private static List<RankProcess> Watch(List<RankProcess> ranks, CancellationToken cancellation)
    {
        var failures = new List<RankProcess>();
        long? failed = null, interrupted = null;
        while (ranks.Exists(rank => !rank.HasExited))
        {
            failures.AddRange(ranks.Where(rank => rank.HasExited && rank.Status != 0 && !rank.WasEnded && !failures.Contains(rank)));
            if (failures.Count > 0)
            {
                failed ??= Stopwatch.GetTimestamp();
            }

            if (cancellation.IsCancellationRequested && interrupted is null)
            {
                interrupted = Stopwatch.GetTimestamp();
                ranks.ForEach(rank => rank.Interrupt());
            }

            if (IsOver(failed, AfterFailure) || IsOver(interrupted, AfterSignal))
            {
                ranks.ForEach(rank => rank.End());
            }

            Thread.Sleep(PollInterval);
        }

        failures.AddRange(ranks.Where(rank => rank.Status != 0 && !rank.WasEnded && !failures.Contains(rank)));
        return failures;
    }

    private static bool IsOver(long? since, TimeSpan limit) => since is { } start && Stopwatch.GetElapsedTime(start) > limit;

    private Exception Failure(RankProcess culprit) => culprit.Status switch
    {
        ExitStatus.BadInput => new InputException($"rank {culprit.Rank} of {size}: {culprit.LastWords}"),
        ExitStatus.Interrupted => new OperationCanceledException(),
        ExitStatus.RankLost => new RankLostException(culprit.LastWords.Replace(command.Advice, "", StringComparison.Ordinal)),
        > 128 => new RankLostException($"rank {culprit.Rank} of {size} was killed by signal {culprit.Status - 128}"),
        _ => new RankLostException($"rank {culprit.Rank} of {size} ended with status {culprit.Status}: {culprit.LastWords}"),
    };

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Any, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
