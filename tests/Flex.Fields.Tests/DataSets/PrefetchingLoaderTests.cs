using Flex.Fields.DataSets;

namespace Flex.Fields.Tests.DataSets;

public class PrefetchingLoaderTests
{
    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(7, 4, 1)]
    [InlineData(7, 2, 2)]
    [InlineData(7, 2, 8)]
    public void Batches_come_in_order_from_any_start(long first, int depth, int threads)
    {
        using var loader = new PrefetchingLoader(new Counting(), batchSize: 3, first, depth, threads: threads);
        for (var b = 0; b < 50; b++)
        {
            var batch = loader.Next();
            var start = first + (3 * b);
            Assert.Equal(start, batch.First);
            Assert.Equal([start, start + 1, start + 2], batch.Condition);
            Assert.Equal([-start, -start - 1, -start - 2], batch.Residual);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_fault_arrives_in_its_place(int threads)
    {
        using var loader = new PrefetchingLoader(new Counting(badItem: 10), batchSize: 4, threads: threads);
        Assert.Equal(0, loader.Next().First);
        Assert.Equal(4, loader.Next().First);
        Assert.Equal("item 10 is bad", Assert.Throws<InputException>(() => loader.Next()).Message);
        Assert.Throws<InputException>(() => loader.Next());
    }

    [Fact]
    public void Preparation_stays_a_bounded_number_of_batches_ahead()
    {
        var source = new Counting();
        using var loader = new PrefetchingLoader(source, batchSize: 1, depth: 2);
        loader.Next();
        SpinWait.SpinUntil(() => source.Filled > 3, TimeSpan.FromMilliseconds(200));
        Assert.Equal(3, source.Filled);
    }

    [Fact]
    public void A_wait_can_be_cancelled()
    {
        using var gate = new ManualResetEventSlim();
        using var loader = new PrefetchingLoader(new Counting(gate: gate), batchSize: 1);
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(20));
        Assert.ThrowsAny<OperationCanceledException>(() => loader.Next(cancellation.Token));
        gate.Set();
        Assert.Equal(0, loader.Next().First);
    }

    [Fact]
    public void Disposing_ends_the_thread_and_the_loader()
    {
        var loader = new PrefetchingLoader(new Counting(), batchSize: 1);
        loader.Next();
        loader.Dispose();
        loader.Dispose();
        Assert.Throws<ObjectDisposedException>(() => loader.Next());
    }

    private sealed class Counting(long? badItem = null, ManualResetEventSlim? gate = null) : IPatchSource
    {
        private int _filled;

        public int Filled => Volatile.Read(ref _filled);

        public int Patch => 1;

        public int Channels => 1;

        public int ConditionChannels => 1;

        public int Parameters => 0;

        public void Fill(long first, int count, Span<float> condition, Span<float> residual, Span<float> parameters)
        {
            gate?.Wait();
            for (var i = 0; i < count; i++)
            {
                if (first + i == badItem)
                {
                    throw new InputException($"item {badItem} is bad");
                }

                (condition[i], residual[i]) = (first + i, -first - i);
            }

            Interlocked.Increment(ref _filled);
        }

        public string Describe(long index) => $"item {index}";
    }
}
