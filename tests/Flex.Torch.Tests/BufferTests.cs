using System.Runtime.CompilerServices;

namespace Flex.Torch.Tests;

/// <summary>The gate's own memory for large tensors.</summary>
public sealed class BufferTests
{
    // Larger than any hole that other tests may have left.
    private const int Large = 1 << 26;

    [Fact]
    public void NeighboursThatAreFree_BecomeOnePlace()
    {
        using var last = TakeAtTheEnd();
        var (first, second) = (Tensor.Empty([Large]), Tensor.Empty([Large]));
        using var wall = Tensor.Empty([Large]);
        var place = Place(first);
        first.Dispose();
        second.Dispose();
        using var both = Tensor.Empty([2 * Large]);
        Assert.Equal(place, Place(both));
        GC.KeepAlive(wall);
    }

    [Fact]
    public void AFreePieceAtTheEnd_GrowsInsteadOfBeingLeft()
    {
        using var last = TakeAtTheEnd();
        var first = Tensor.Empty([Large]);
        var place = Place(first);
        first.Dispose();
        using var larger = Tensor.Empty([2 * Large]);
        Assert.Equal(place, Place(larger));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void WhatLivesAtTheSameTime_NeverOverlaps(int threads) => Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, thread =>
    {
        var random = new System.Random(thread);
        var alive = new List<(Tensor Tensor, int Stamp)>();
        for (var i = 0; i < 2000; i++)
        {
            if (alive.Count > 20 || (alive.Count > 0 && random.Next(2) == 0))
            {
                var at = random.Next(alive.Count);
                var (tensor, stamp) = alive[at];
                Assert.Equal(-1, tensor.AsSpan<int>().IndexOfAnyExcept(stamp));
                tensor.Dispose();
                alive.RemoveAt(at);
            }
            else
            {
                // From below the size at which buffers get their own place to many times that.
                var tensor = Tensor.Empty([random.Next(1, 100_000)], ScalarType.Int32);
                tensor.AsSpan<int>().Fill((thread * 10_000) + i);
                Assert.True(Place(tensor) % 64 == 0);
                alive.Add((tensor, (thread * 10_000) + i));
            }
        }

        alive.ForEach(pair => pair.Tensor.Dispose());
    });

    [Fact]
    public void TooMuch_IsAnErrorThatSaysHowMuch()
    {
        var message = Assert.Throws<TorchException>(() => Tensor.Empty([1L << 45])).Message;
        Assert.Contains("not enough memory", message, StringComparison.Ordinal);
        Assert.Contains($"{4L << 45} bytes", message, StringComparison.Ordinal);
    }

    // Behind it nothing is taken.
    private static Tensor TakeAtTheEnd() => Tensor.Empty([8 * Large]);

    private static unsafe nint Place(Tensor tensor) => (nint)Unsafe.AsPointer(ref tensor.AsSpan<byte>()[0]);
}
