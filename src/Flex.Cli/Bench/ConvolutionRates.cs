using System.Diagnostics;
using Flex.Torch;

namespace Flex.Cli.Bench;

/// <summary>The best rates of 3×3 convolutions on this machine, in GFLOP/s as the definition counts them.</summary>
/// <param name="Libtorch">libtorch's own, channels-last: what sustained rates are measured against.</param>
/// <param name="Fast">The gate's, which needs a quarter of the multiplications.</param>
public sealed record ConvolutionRates(double Libtorch, double Fast)
{
    private static readonly (int Channels, int Image)[] Shapes = [(64, 64), (128, 32), (256, 32)];

    /// <summary>Measures.</summary>
    /// <param name="runs">Runs of every shape; the shortest counts.</param>
    /// <returns>The rates.</returns>
    public static ConvolutionRates Measure(int runs)
    {
        using var noGrad = GradMode.NoGrad();
        return new ConvolutionRates(
            Shapes.Max(shape => Best(shape, runs, (x, w, b) => Functional.Conv2d(x, w, b, padding: 1))),
            Shapes.Max(shape => Best(shape, runs, (x, w, b) => Functional.Conv3x3(x, w, b, 1))));
    }

    private static double Best((int Channels, int Image) shape, int runs, Func<Tensor, Tensor, Tensor, Tensor> convolve)
    {
        using var scope = new TensorScope();
        var (channels, image) = shape;
        const int batch = 4;
        var x = RandomFields.Normal(1, batch, channels, image, image).Contiguous(MemoryFormat.ChannelsLast);
        var weight = RandomFields.Normal(2, channels, channels, 3, 3).Contiguous(MemoryFormat.ChannelsLast);
        var bias = RandomFields.Normal(3, channels);
        var shortest = double.PositiveInfinity;
        for (var i = 0; i <= runs; i++)
        {
            using var inner = new TensorScope();
            var clock = Stopwatch.StartNew();
            convolve(x, weight, bias);
            shortest = i == 0 ? shortest : Math.Min(shortest, clock.Elapsed.TotalSeconds);
        }

        return 2.0 * 9 * batch * channels * channels * image * image / shortest / 1e9;
    }
}
