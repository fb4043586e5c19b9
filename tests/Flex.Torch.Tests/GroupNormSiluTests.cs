using System.Runtime.CompilerServices;
using Flex.Torch.Random;

namespace Flex.Torch.Tests;

/// <summary>The gate's fused operator against the same formula of libtorch's operators, values and gradients.</summary>
public sealed class GroupNormSiluTests
{
    [Theory]
    [InlineData(ScalarType.Float64, true, 1e-11)]
    [InlineData(ScalarType.Float64, false, 1e-11)]
    [InlineData(ScalarType.Float32, true, 1e-4)]
    public void Fused_AgreesWithComposed(ScalarType type, bool modulated, double tolerance)
    {
        using var scope = new TensorScope();
        Tensor[] inputs =
        [
            (Normal(1, 3, 64, 9, 11) * 3) + 2, Normal(2, 64) + 1, Normal(3, 64), .. modulated ? [Normal(4, 3, 64), Normal(5, 3, 64)] : Array.Empty<Tensor>(),
        ];
        inputs = Array.ConvertAll(inputs, x => x.To(type));
        Array.ForEach(inputs, x => x.RequiresGrad = true);
        var weights = Normal(6, 3, 64, 9, 11).To(type);

        var fused = Functional.GroupNormSilu(inputs[0], 32, inputs[1], inputs[2], inputs.ElementAtOrDefault(3), inputs.ElementAtOrDefault(4));
        var composed = Functional.ComposedGroupNormSilu(
            inputs[0], 32, inputs[1], inputs[2], inputs.ElementAtOrDefault(3), inputs.ElementAtOrDefault(4), 1e-5);
        AssertClose(composed, fused, tolerance);

        var expected = Tensor.Gradients((composed * weights).Sum(), inputs);
        var actual = Tensor.Gradients((fused * weights).Sum(), inputs);
        foreach (var (e, a) in expected.Zip(actual))
        {
            AssertClose(e!, a!, tolerance * Math.Max(1, e!.Abs().Max().Item()));
        }
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    public void Dropout_DropsAtItsRate_AndItsGradientDropsTheSame(double rate)
    {
        using var scope = new TensorScope();
        Tensor[] inputs = [Normal(1, 2, 32, 40, 50).To(ScalarType.Float64), (Normal(2, 32) + 1).To(ScalarType.Float64), Normal(3, 32).To(ScalarType.Float64)];
        Array.ForEach(inputs, x => x.RequiresGrad = true);
        Tensor Drop() => Functional.GroupNormSilu(inputs[0], 32, inputs[1], inputs[2], null, null, dropout: rate);
        Engine.ManualSeed(5);
        var dropped = Drop();
        var whole = Functional.GroupNormSilu(inputs[0], 32, inputs[1], inputs[2], null, null);

        // Every element is zero or whole/(1 − p).
        var mask = (dropped / whole).Detach();
        var kept = mask.ToArray<double>().Count(m => m > 0.5);
        AssertClose(whole * mask, dropped, 1e-12);
        Assert.All(mask.ToArray<double>().Where((_, i) => i % 97 == 0), m => Assert.True(m == 0 || Math.Abs(m - (1 / (1 - rate))) < 1e-12));

        // Four standard deviations of a binomial law.
        double count = mask.Numel;
        Assert.InRange(kept, (count * (1 - rate)) - (4 * Math.Sqrt(count * rate * (1 - rate))), (count * (1 - rate)) + (4 * Math.Sqrt(count * rate * (1 - rate))));

        var expected = Tensor.Gradients((whole * mask).Square().Sum(), inputs);
        var actual = Tensor.Gradients(dropped.Square().Sum(), inputs);
        foreach (var (e, a) in expected.Zip(actual))
        {
            AssertClose(e!, a!, 1e-11 * Math.Max(1, e!.Abs().Max().Item()));
        }

        // The generator's state decides, and moves on.
        var next = Drop();
        Engine.ManualSeed(5);
        Assert.Equal(dropped.ToArray<double>(), Drop().ToArray<double>());
        Assert.NotEqual(dropped.ToArray<double>(), next.ToArray<double>());
    }

    [Fact]
    public void ASpentInput_GivesItsPlaceToTheResult_UnlessGradientsAreRecorded()
    {
        using var scope = new TensorScope();
        Tensor Input() => Normal(1, 3, 64, 9, 11).Contiguous(MemoryFormat.ChannelsLast);
        Tensor Apply(Tensor x, bool spent) => Functional.GroupNormSilu(x, 32, Normal(2, 64), Normal(3, 64), Normal(4, 3, 64), Normal(5, 3, 64), spent: spent);
        var expected = Apply(Input(), spent: false).ToArray<float>();

        var recorded = Input();
        Assert.Equal(expected, Apply(recorded, spent: true).ToArray<float>());
        Assert.Equal(Input().ToArray<float>(), recorded.ToArray<float>());

        using var noGrad = GradMode.NoGrad();
        var spent = Input();
        var result = Apply(spent, spent: true);
        Assert.Equal(expected, result.ToArray<float>());
        Assert.True(Unsafe.AreSame(ref spent.AsSpan<float>()[0], ref result.AsSpan<float>()[0]));

        var rowMajor = Normal(1, 3, 64, 9, 11);
        Assert.Equal(expected, Apply(rowMajor, spent: true).ToArray<float>());
        Assert.Equal(Normal(1, 3, 64, 9, 11).ToArray<float>(), rowMajor.ToArray<float>());
    }

    [Fact]
    public void AddTo_TakesThePlaceOfItsFirst_UnlessGradientsAreRecorded()
    {
        using var scope = new TensorScope();
        Tensor x = Normal(1, 5, 7), y = Normal(2, 5, 7);
        var expected = (x + y).ToArray<float>();
        Assert.Equal(expected, Functional.AddTo(x, y).ToArray<float>());
        Assert.Equal(Normal(1, 5, 7).ToArray<float>(), x.ToArray<float>());
        using var noGrad = GradMode.NoGrad();
        Functional.AddTo(x, y);
        Assert.Equal(expected, x.ToArray<float>());
    }

    [Fact]
    public void DoesNotDependOnTheNumberOfThreads()
    {
        using var scope = new TensorScope();
        Tensor[] inputs = [Normal(1, 1, 64, 33, 35), Normal(2, 64), Normal(3, 64)];
        Array.ForEach(inputs, x => x.RequiresGrad = true);
        var before = Engine.Threads;
        try
        {
            var results = new List<float[][]>();
            foreach (var threads in (int[])[1, 3])
            {
                Engine.Threads = threads;
                Engine.ManualSeed(1);
                var y = Functional.GroupNormSilu(inputs[0], 32, inputs[1], inputs[2], null, null, dropout: 0.1);
                results.Add([y.ToArray<float>(), .. Tensor.Gradients(y.Square().Sum(), inputs).Select(g => g!.ToArray<float>())]);
            }

            Assert.Equal(results[0], results[1]);
        }
        finally
        {
            Engine.Threads = before;
        }
    }

    [Fact]
    public void LargeInputs_DoNotOverflow()
    {
        using var scope = new TensorScope();
        var y = Functional.GroupNormSilu(Normal(1, 1, 32, 4, 4), 32, Tensor.Full([32], 1e4), Tensor.Zeros([32]), null, null);
        Assert.True(y.AllFinite());
    }

    [Fact]
    public void NaN_StaysVisible()
    {
        using var scope = new TensorScope();
        var x = Normal(1, 1, 32, 4, 4);
        x.AsSpan<float>()[7] = float.NaN;
        Assert.False(Functional.GroupNormSilu(x, 32, Tensor.Ones([32]), Tensor.Zeros([32]), null, null).AllFinite());
    }

    private static Tensor Normal(uint stream, params long[] shape)
    {
        var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        CounterNoise.FillNormal(values, new NoiseKey(1, stream));
        return Tensor.From<float>(values, shape);
    }

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        var error = (expected - actual).Abs().Max().Item();
        Assert.True(error <= tolerance, $"differs by {error:g3} where {tolerance:g3} is allowed");
    }

    [Fact]
    public void Dropout_OfASample_DoesNotDependOnTheBatchItIsIn()
    {
        using var scope = new TensorScope();
        var x = Tensor.Ones([3, 32, 4, 4]);
        var (weight, bias) = (Tensor.Ones([32]), Tensor.Ones([32]));
        foreach (var drop in new Func<Tensor, Tensor>[] { y => Functional.Dropout(y, 0.5, training: true), y => Functional.GroupNormSilu(y, 8, weight, bias, null, null, dropout: 0.5) })
        {
            Engine.ManualSeed(5);
            var whole = drop(x).ToArray<float>();
            Engine.ManualSeed(5, firstSample: 1);
            var part = drop(x.Narrow(0, 1, 2)).ToArray<float>();
            Assert.Equal(whole[(whole.Length / 3)..], part);
            Assert.NotEqual(whole[..part.Length], part);
        }

        Engine.ManualSeed(5);
    }

    [Fact]
    public void PlainDropout_KeepsTheMean_AndItsGradientDropsTheSame()
    {
        using var scope = new TensorScope();
        var x = Tensor.Ones([4, 5000]);
        x.RequiresGrad = true;
        var y = Functional.Dropout(x, 0.25, training: true);
        y.Sum().Backward();
        Assert.Equal(y.ToArray<float>(), x.Grad!.ToArray<float>());
        Assert.Equal(1, y.Mean().Item(), 0.03);
        Assert.Equal(1, Functional.Dropout(x, 0.25, training: false).Mean().Item());
    }
}
