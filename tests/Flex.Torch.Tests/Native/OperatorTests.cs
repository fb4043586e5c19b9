using Flex.Torch.Native;

namespace Flex.Torch.Tests.Native;

public class OperatorTests
{
    /// <summary>An operator is one static object for all threads, so its first call may come from several at nearly the same time.</summary>
    [Fact]
    public async Task ThreadsThatCallAnOperatorFirstAtOnceAllFindIt()
    {
        const int threads = 2, operators = 20_000;
        var shared = new Operator[operators];
        for (var i = 0; i < operators; i++)
        {
            shared[i] = new Operator("add", "Tensor");
        }

        var notFound = 0;
        var arrived = 0;
        await Task.WhenAll(Enumerable.Range(0, threads).Select(seed => Task.Factory.StartNew(
            () =>
            {
                var random = new System.Random(seed);
                for (var i = 0; i < operators; i++)
                {
                    Interlocked.Increment(ref arrived);
                    SpinWait.SpinUntil(() => Volatile.Read(ref arrived) >= (i + 1) * threads);
                    Thread.SpinWait(random.Next(50));
                    if (shared[i].Handle() == 0)
                    {
                        Interlocked.Increment(ref notFound);
                    }
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));

        Assert.Equal(0, notFound);
    }
}
