using System.Diagnostics;

namespace Flex.Torch.Tests;

public sealed class OperatorTimesTests
{
    [Fact]
    public void CountsForwardAndBackward_WithinTheWholeTime()
    {
        using var scope = new TensorScope();
        var x = Tensor.Ones([256, 256]);
        x.RequiresGrad = true;
        var clock = Stopwatch.StartNew();
        var times = OperatorTimes.Take(() =>
        {
            for (var i = 0; i < 3; i++)
            {
                using var inner = new TensorScope();
                x.MatMul(x).Sum().Backward();
            }
        });
        var elapsed = clock.Elapsed.TotalSeconds;

        Assert.Equal(3, times.Single(time => time.Name == "aten::matmul").Calls);
        Assert.Equal(9, times.Single(time => time.Name == "aten::mm").Calls);
        Assert.InRange(times.Sum(time => time.Seconds), 1e-6, elapsed);
        Assert.Equal(times.Select(time => time.Seconds).OrderDescending(), times.Select(time => time.Seconds));
    }

    [Fact]
    public void EndsWhenTheWorkThrows()
    {
        Assert.Throws<InvalidOperationException>(() => OperatorTimes.Take(() => throw new InvalidOperationException()));
        Assert.Empty(OperatorTimes.Take(() => { }));
    }
}
