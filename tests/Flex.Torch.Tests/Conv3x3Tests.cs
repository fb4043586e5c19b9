using Flex.Torch.Random;

namespace Flex.Torch.Tests;

/// <summary>The gate's fast convolution against libtorch's in double precision, values and gradients.</summary>
public sealed class Conv3x3Tests
{
    // Of the largest value; libtorch's own float32 convolution is off by about half as much.
    private const double Tolerance = 1e-5;

    [Theory]
    [InlineData(1, 32, 32, 8, 8, 1)]
    [InlineData(3, 64, 32, 16, 12, 1)]
    [InlineData(2, 32, 96, 9, 15, 1)]
    [InlineData(2, 96, 64, 10, 11, 0)]
    [InlineData(1, 128, 64, 33, 30, 1)]
    public void AgreesWithConv2d(int batch, int channels, int results, int height, int width, int padding)
    {
        using var scope = new TensorScope();
        Tensor[] inputs =
        [
            Normal(1, batch, channels, height, width), Normal(2, results, channels, 3, 3) * (1 / Math.Sqrt(9 * channels)), Normal(3, results),
        ];
        var exact = Array.ConvertAll(inputs, x => x.To(ScalarType.Float64));
        Array.ForEach([.. inputs, .. exact], x => x.RequiresGrad = true);

        var expected = Functional.Conv2d(exact[0], exact[1], exact[2], padding: padding);
        var actual = Functional.Conv3x3(inputs[0], inputs[1], inputs[2], padding);
        AssertClose(expected, actual);

        var weights = Normal(4, expected.Shape);
        var expectedGradients = Tensor.Gradients((expected * weights.To(ScalarType.Float64)).Sum(), exact);
        var actualGradients = Tensor.Gradients((actual * weights).Sum(), inputs);
        foreach (var (e, a) in expectedGradients.Zip(actualGradients))
        {
            AssertClose(e!, a!);
        }
    }

    [Fact]
    public void DoesNotDependOnTheNumberOfThreads()
    {
        using var scope = new TensorScope();
        Tensor[] inputs = [Normal(1, 2, 32, 20, 24), Normal(2, 64, 32, 3, 3), Normal(3, 64)];
        Array.ForEach(inputs, x => x.RequiresGrad = true);
        var before = Engine.Threads;
        try
        {
            var results = new List<float[][]>();
            foreach (var threads in (int[])[1, 2, 3])
            {
                Engine.Threads = threads;
                var y = Functional.Conv3x3(inputs[0], inputs[1], inputs[2], 1);
                results.Add([y.ToArray<float>(), .. Tensor.Gradients(y.Square().Sum(), inputs).Take(2).Select(g => g!.ToArray<float>())]);
            }

            Assert.Equal(results[0], results[1]);
            Assert.Equal(results[0], results[2]);
        }
        finally
        {
            Engine.Threads = before;
        }
    }

    [Fact]
    public void NaN_StaysVisible()
    {
        using var scope = new TensorScope();
        var x = Normal(1, 1, 32, 8, 8);
        x.AsSpan<float>()[7] = float.NaN;
        Assert.False(Functional.Conv3x3(x, Normal(2, 32, 32, 3, 3), Normal(3, 32), 1).AllFinite());
    }

    [Fact]
    public void WidthsItDoesNotTake_AreLeftToConv2d()
    {
        using var scope = new TensorScope();
        Assert.True(Functional.HasConv3x3(Normal(1, 1, 32, 8, 8), Normal(2, 32, 32, 3, 3)));
        Assert.False(Functional.HasConv3x3(Normal(1, 1, 1, 8, 8), Normal(2, 32, 1, 3, 3)));
        Assert.False(Functional.HasConv3x3(Normal(1, 1, 32, 4, 4), Normal(2, 32, 32, 3, 3)));
        Assert.False(Functional.HasConv3x3(Normal(1, 1, 32, 8, 8), Normal(2, 32, 32, 1, 1)));
        Assert.False(Functional.HasConv3x3(Normal(1, 1, 32, 8, 8).To(ScalarType.Float64), Normal(2, 32, 32, 3, 3)));
        Assert.Throws<TorchException>(() => Functional.Conv3x3(Normal(1, 1, 16, 8, 8), Normal(2, 32, 16, 3, 3), Normal(3, 32), 1));
    }

    private static Tensor Normal(uint stream, params long[] shape)
    {
        var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        CounterNoise.FillNormal(values, new NoiseKey(1, stream));
        return Tensor.From<float>(values, shape);
    }

    private static void AssertClose(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        var error = (expected - actual.To(ScalarType.Float64)).Abs().Max().Item() / expected.Abs().Max().Item();
        Assert.True(error <= Tolerance, $"differs by {error:g3} of the largest value");
    }
}
