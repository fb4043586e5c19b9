using System.Numerics;
using System.Runtime.InteropServices;
using Flex.Fields.Solvers;
using Flex.Torch.Random;

namespace Flex.Fields.Tests.Solvers;

public class BatchedFftTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(64)]
    [InlineData(128)]
    public void Every_lane_is_the_sum_of_the_definition(int n)
    {
        var (re, im) = (Noise(n, 1), Noise(n, 2));
        var (outRe, outIm) = (re.ToArray(), im.ToArray());
        new BatchedFft<double>(n).Forward(outRe, outIm);
        for (var lane = 0; lane < Vector<double>.Count; lane++)
        {
            for (var k = 0; k < n; k++)
            {
                var expected = Complex.Zero;
                for (var j = 0; j < n; j++)
                {
                    expected += new Complex(re[j][lane], im[j][lane]) * Complex.FromPolarCoordinates(1, -2 * Math.PI * j * k / n);
                }

                Assert.Equal(expected.Real, outRe[k][lane], 1e-12 * n);
                Assert.Equal(expected.Imaginary, outIm[k][lane], 1e-12 * n);
            }
        }
    }

    [Fact]
    public void Backward_undoes_forward_up_to_the_length()
    {
        const int N = 512;
        var (re, im) = (Noise(N, 3), Noise(N, 4));
        var (outRe, outIm) = (re.ToArray(), im.ToArray());
        var fft = new BatchedFft<double>(N);
        fft.Forward(outRe, outIm);
        fft.Backward(outRe, outIm);
        Assert.All(Enumerable.Range(0, N), i =>
        {
            Assert.Equal(N * re[i][0], outRe[i][0], 1e-10);
            Assert.Equal(N * im[i][0], outIm[i][0], 1e-10);
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(12)]
    public void Other_lengths_are_refused(int n) => Assert.Throws<ArgumentException>(() => new BatchedFft<float>(n));

    private static Vector<double>[] Noise(int n, ulong seed)
    {
        var values = new float[n * Vector<double>.Count];
        CounterNoise.FillNormal(values, new NoiseKey(seed, Stream: 0));
        return MemoryMarshal.Cast<double, Vector<double>>(values.Select(v => (double)v).ToArray()).ToArray();
    }
}
