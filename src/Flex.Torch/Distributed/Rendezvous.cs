using System.Globalization;

namespace Flex.Torch.Distributed;

/// <summary>The first meeting of all ranks at the store.</summary>
internal static class Rendezvous
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until every rank has come.</summary>
    /// <exception cref="InputException">One does not come in time, or two have the same number.</exception>
    public static void Meet(RankEnvironment environment, RankStore store, TimeProvider time)
    {
        try
        {
            if (store.Add(Key(environment.Rank), 1) > 1)
            {
                throw new InputException($"two processes are both rank {environment.Rank} of {environment.Size}; give each its own RANK");
            }

            store.Add(Key(null), 1);
            for (var start = time.GetTimestamp(); store.Add(Key(null), 0) < environment.Size; Thread.Sleep(PollInterval))
            {
                if (time.GetElapsedTime(start) > environment.MeetingTime)
                {
                    var missing = Enumerable.Range(0, environment.Size).Where(rank => store.Add(Key(rank), 0) == 0);
                    throw new InputException($"{environment} has waited {environment.MeetingTime.TotalSeconds:0} s in vain for rank {string.Join(", ", missing)}; "
                        + "start all ranks, with the same WORLD_SIZE, MASTER_ADDR and MASTER_PORT");
                }
            }
        }
        catch (TorchException e)
        {
            throw new InputException($"{environment} has lost rank 0 at {environment.Host}:{environment.Port} while it waited for the others ({e.Message})", e);
        }
    }

    private static string Key(int? rank) => rank is { } r ? string.Create(CultureInfo.InvariantCulture, $"flex/here/{r}") : "flex/here";
}
