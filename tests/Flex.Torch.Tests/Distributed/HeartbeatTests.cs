using Flex.Torch.Distributed;
using Flex.Torch.Tests.Support;

namespace Flex.Torch.Tests.Distributed;

/// <summary>A rank that answers late is not taken for dead; one that does not answer is.</summary>
public sealed class HeartbeatTests
{
    [Fact]
    public void Silence_ends_the_run_only_when_it_is_longer_than_a_busy_machine_explains()
    {
        var environment = new RankEnvironment(0, 2, 0, "127.0.0.1", Ranks.FreePort()) { Patience = TimeSpan.FromSeconds(0.1) };
        using var store = RankStore.Open(environment, serve: true);
        using var heartbeat = new Heartbeat(environment, RankStore.Open(environment, serve: false), TimeProvider.System);

        store.Beat(1);
        Thread.Sleep(2300);
        Assert.Null(store.Failure);

        Thread.Sleep(3000);
        Assert.StartsWith("rank 1 of 2 has not answered for ", store.Failure, StringComparison.Ordinal);
    }
}
