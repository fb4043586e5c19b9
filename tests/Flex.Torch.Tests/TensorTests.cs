namespace Flex.Torch.Tests;

public sealed class TensorTests
{
    [Fact]
    public void Arithmetic_BroadcastsAsInPyTorch()
    {
        using var scope = new TensorScope();
        var column = Tensor.From<float>([1, 2], 2, 1);
        var row = Tensor.From<float>([10, 20, 30], 1, 3);

        Assert.Equal([11f, 21, 31, 12, 22, 32], (column + row).ToArray<float>());
        Assert.Equal([10f, 20, 30, 20, 40, 60], (column * row).ToArray<float>());
        Assert.Equal([3f, 4], (5 - column.View(2).Flip(0)).ToArray<float>());
    }

    [Fact]
    public void Backward_AccumulatesTheGradientOfASquare()
    {
        using var scope = new TensorScope();
        var x = Tensor.From<float>([1, -2, 3], 3);
        x.RequiresGrad = true;

        x.Square().Sum().Backward();
        x.Square().Sum().Backward();

        Assert.Equal([4f, -8, 12], x.Grad!.ToArray<float>());
    }

    [Fact]
    public void Gradients_OfAnUnusedInputIsNull()
    {
        using var scope = new TensorScope();
        var x = Tensor.From<double>([3], 1);
        var y = Tensor.From<double>([3], 1);
        x.RequiresGrad = y.RequiresGrad = true;

        var gradients = Tensor.Gradients(x.Pow(3).Sum(), [x, y]);

        Assert.Equal(27, gradients[0]!.Item());
        Assert.Null(gradients[1]);
    }

    [Fact]
    public void NoGrad_EndsWithItsScope()
    {
        using var scope = new TensorScope();
        var x = Tensor.From<float>([1], 1);
        x.RequiresGrad = true;
        using (GradMode.NoGrad())
        {
            Assert.False((x * 2).RequiresGrad);
        }

        Assert.True((x * 2).RequiresGrad);
    }

    [Fact]
    public void Scope_FreesAllButWhatIsKept()
    {
        var before = Engine.LiveTensors;
        Tensor kept;
        using (var scope = new TensorScope())
        {
            var x = Tensor.Ones([4]);
            kept = scope.Keep(x + 1);
            Assert.Equal(before + 2, Engine.LiveTensors);
        }

        Assert.Equal(before + 1, Engine.LiveTensors);
        Assert.Equal([2f, 2, 2, 2], kept.ToArray<float>());
        kept.Dispose();
        Assert.Equal(before, Engine.LiveTensors);
    }

    [Fact]
    public void Errors_OfLibtorchArriveAsText()
    {
        using var scope = new TensorScope();
        var e = Assert.Throws<TorchException>(() => Tensor.Ones([2, 3]).MatMul(Tensor.Ones([2, 3])));
        Assert.Contains("mat1 and mat2", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Disposed_TensorsAreRefused()
    {
        var x = Tensor.Ones([2]);
        x.Dispose();
        Assert.Throws<ObjectDisposedException>(() => x + x);
    }

    [Fact]
    public void ChannelsLast_ChangesTheOrderInMemoryOnly()
    {
        using var scope = new TensorScope();
        var x = Tensor.Arange(0, 12, ScalarType.Float32).View(1, 3, 2, 2);
        var last = x.Contiguous(MemoryFormat.ChannelsLast);

        Assert.Equal([0f, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11], last.AsSpan<float>().ToArray());
        Assert.Equal(x.ToArray<float>(), last.ToArray<float>());
    }

    [Fact]
    public void Threads_AreThoseOfTheMachine()
    {
        var wanted = int.TryParse(Environment.GetEnvironmentVariable("OMP_NUM_THREADS"), out var named) ? named : Environment.ProcessorCount;
        Assert.Equal(wanted, Engine.Threads);
    }

    [Fact]
    public void Threads_StayAsTheyAreSet()
    {
        using var scope = new TensorScope();
        var before = Engine.Threads;
        try
        {
            Engine.Threads = 1;

            // Functions of the gate that may not have been called before.
            var x = Tensor.Ones([2]);
            x.RequiresGrad = true;
            x.Sum().Backward(keepGraph: true);
            Engine.ManualSeed(1);
            Assert.Equal(1, Engine.Threads);
        }
        finally
        {
            Engine.Threads = before;
        }
    }

    [Fact]
    public void Fft_OfACosineHasOneLine()
    {
        using var scope = new TensorScope();
        const int n = 8;
        var field = new double[n * n];
        for (var i = 0; i < n * n; i++)
        {
            field[i] = Math.Cos(2 * Math.PI * 2 * (i % n) / n);
        }

        var spectrum = Fft.Rfft2(Tensor.From<double>(field, n, n));
        var lines = spectrum.ViewAsReal().ToArray<double>();
        var back = Fft.Irfft2(spectrum, n, n).ToArray<double>();

        Assert.Equal(n * n / 2.0, lines[2 * 2], 12);
        Assert.Equal(n * n / 2.0, lines.Sum(Math.Abs), 10);
        Assert.All(field.Zip(back), pair => Assert.Equal(pair.First, pair.Second, 12));
    }
}
