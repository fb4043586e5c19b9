using Flex.Torch.Optim;

namespace Flex.Torch.Tests.Optim;

public sealed class ExponentialMovingAverageTests
{
    [Fact]
    public void Average_ApproachesSteadyWeightsGeometrically()
    {
        using var scope = new TensorScope();
        var p = Tensor.From<float>([1, -2], 2);
        using var average = new ExponentialMovingAverage([("p", p)], 0.9, warmUp: false);
        p.FillInPlace(5);

        for (var i = 0; i < 7; i++)
        {
            average.Update();
        }

        var left = Math.Pow(0.9, 7);
        var e = average.Averages.Single().Value.ToArray<float>();
        Assert.Equal(5 + left * (1 - 5), e[0], 1e-5);
        Assert.Equal(5 + left * (-2 - 5), e[1], 1e-5);
    }

    [Fact]
    public void WarmUp_ForgetsTheFirstWeightsFast()
    {
        using var scope = new TensorScope();
        var p = Tensor.From<float>([1], 1);
        using var average = new ExponentialMovingAverage([("p", p)], 0.15, warmUp: true);
        p.FillInPlace(0);

        average.Update(); // min(0.15, 1/10)
        Assert.Equal(0.1, average.Averages.Single().Value.Item(), 1e-6);
        average.Update(); // min(0.15, 2/11)
        Assert.Equal(0.1 * 0.15, average.Averages.Single().Value.Item(), 1e-6);
    }

    [Fact]
    public void Apply_ExchangesAverageAndWeightsBitForBit()
    {
        using var scope = new TensorScope();
        var p = Tensor.From<float>([0.1f, 0.2f], 2);
        using var average = new ExponentialMovingAverage([("p", p)], 0.7, warmUp: false);
        p.MulInPlace(1.0 / 3);
        average.Update();
        var (weights, averaged) = (p.ToArray<float>(), average.Averages.Single().Value.ToArray<float>());

        using (average.Apply())
        {
            Assert.Equal(averaged, p.ToArray<float>());
        }

        Assert.Equal(weights, p.ToArray<float>());
        Assert.Equal(averaged, average.Averages.Single().Value.ToArray<float>());
    }
}
