using Flex.Diffusion.Calibration;
using Flex.Torch;

namespace Flex.Diffusion.Tests.Calibration;

public sealed class CosineTransformTests
{
    [Fact]
    public void The_matrix_is_orthogonal()
    {
        using var scope = new TensorScope();
        var matrix = CosineTransform.Matrix(12, Device.Cpu);
        var product = matrix.MatMul(matrix.Transpose(0, 1)).ToArray<float>();
        for (var i = 0; i < product.Length; i++)
        {
            Assert.Equal(i % 13 == 0 ? 1 : 0, product[i], 1e-6);
        }
    }

    [Fact]
    public void A_cosine_has_one_coefficient_and_a_transform_has_an_inverse()
    {
        using var scope = new TensorScope();
        float[] wave = [.. Enumerable.Range(0, 64).Select(i => (float)(Math.Cos(Math.PI * 3 * ((i / 8) + 0.5) / 8) * Math.Cos(Math.PI * 5 * ((i % 8) + 0.5) / 8)))];
        var matrix = CosineTransform.Matrix(8, Device.Cpu);
        var coefficients = CosineTransform.Apply(Tensor.From<float>(wave, 1, 1, 8, 8), matrix);
        var found = coefficients.ToArray<float>();
        for (var i = 0; i < found.Length; i++)
        {
            Assert.Equal(i == (3 * 8) + 5 ? 4 : 0, found[i], 1e-5); // √(8/2)² of an amplitude of 1
        }

        var back = CosineTransform.Apply(coefficients, matrix.Transpose(0, 1)).ToArray<float>();
        Assert.All(back.Zip(wave), pair => Assert.Equal(pair.Second, pair.First, 1e-5));
    }
}
