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
}
