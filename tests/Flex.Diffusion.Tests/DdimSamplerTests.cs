using Flex.Diffusion.Sampling;
using Flex.Torch;

namespace Flex.Diffusion.Tests;

/// <summary>The sampler against Gaussian data, whose optimal network is known in closed form.</summary>
public sealed class DdimSamplerTests
{
    private const double Std = 0.3, Mean = 1.7;

    [Theory]
    [InlineData(Prediction.V)]
    [InlineData(Prediction.Eps)]
    [InlineData(Prediction.X)]
    public void ManySteps_CarryNoiseToTheGaussianOfTheData(Prediction prediction)
    {
        // The probability flow of N(μ, c²) data maps z at t = 1 to μ + c·z.
        using var scope = new TensorScope();
        float[] noise = [-2, -0.5f, 0, 1, 2.5f];
        var answer = new DdimSampler(400).Sample(prediction, new NoiseSchedule(), Optimal(prediction, Mean, Std), Tensor.From<float>(noise, 5));
        Assert.All(noise.Zip(answer.ToArray<float>()), pair => Assert.Equal(Mean + (Std * pair.First), pair.Second, 5e-3));
    }

    [Fact]
    public void ErrorFalls_WithTheNumberOfSteps()
    {
        using var scope = new TensorScope();
        double Error(int steps) => Math.Abs(
            new DdimSampler(steps).Sample(Prediction.V, new NoiseSchedule(), Optimal(Prediction.V, 0, Std), Tensor.Full([1], 1)).Item() - Std);
        var (coarse, fine) = (Error(20), Error(40));
        Assert.InRange(coarse / fine, 1.8, 2.2);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(1.0)]
    public void Eta_ReplacesNoiseAndKeepsItsVariance(double eta)
    {
        // With data at one point, x̂ = μ and ε̂ = ε whatever Z is: after a step Z' = α'μ + √(σ'² − s²)·ε + s·n.
        using var scope = new TensorScope();
        var schedule = new NoiseSchedule();
        var seen = new List<double>();
        var optimal = Optimal(Prediction.V, Mean, 0);
        var sampler = new DdimSampler(4, eta);
        sampler.Sample(
            Prediction.V,
            schedule,
            (z, t) =>
            {
                seen.Add(z.Item());
                return optimal(z, t);
            },
            Tensor.Full([1], 0.9),
            _ => Tensor.Full([1], -1.3));

        var (alpha, sigma, nextAlpha, nextSigma) = (schedule.Alpha(1), schedule.Sigma(1), schedule.Alpha(0.75), schedule.Sigma(0.75));

        // The variance of the exact posterior q(z' | z, x), of which η scales the standard deviation.
        var posterior = ((sigma * sigma) - Math.Pow(alpha / nextAlpha * nextSigma, 2)) * nextSigma * nextSigma / (sigma * sigma);
        var s = eta * Math.Sqrt(posterior);
        var eps = (0.9 - (alpha * Mean)) / sigma;
        Assert.Equal((nextAlpha * Mean) + (Math.Sqrt((nextSigma * nextSigma) - (s * s)) * eps) + (s * -1.3), seen[1], 1e-5);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(int.MaxValue)]
    public void The_gradient_runs_through_as_many_of_the_last_steps_as_asked(int gradientSteps)
    {
        // With N(z, t) = w·z a step gives x̂ = (α − σw)·z and z' = (α'(α − σw) + σ'(σ + αw))·z.
        const double W = 0.4, Noise = 1.2;
        using var scope = new TensorScope();
        var schedule = new NoiseSchedule();
        using var w = Tensor.Full([1], W);
        w.RequiresGrad = true;
        var answer = new DdimSampler(2).Sample(Prediction.V, schedule, (z, _) => z * w, Tensor.Full([1], Noise), gradientSteps: gradientSteps);
        answer.Sum().Backward();

        var (alpha, sigma, nextAlpha, nextSigma) = (schedule.Alpha(1), schedule.Sigma(1), schedule.Alpha(0.5), schedule.Sigma(0.5));
        var middle = ((nextAlpha * (alpha - (sigma * W))) + (nextSigma * (sigma + (alpha * W)))) * Noise;
        var first = (nextAlpha - (nextSigma * W)) * ((nextSigma * alpha) - (nextAlpha * sigma)) * Noise;
        Assert.Equal((nextAlpha - (nextSigma * W)) * middle, answer.Item(), 1e-6);
        Assert.Equal((-nextSigma * middle) + (gradientSteps > 1 ? first : 0), w.Grad!.Item(), 1e-6);
    }

    [Fact]
    public void LastStep_AddsNoNoise()
    {
        using var scope = new TensorScope();
        var asked = new List<int>();
        new DdimSampler(3, 1).Sample(Prediction.V, new NoiseSchedule(), Optimal(Prediction.V, 0, 1), Tensor.Full([1], 1), step =>
        {
            asked.Add(step);
            return Tensor.Full([1], 0.1);
        });
        Assert.Equal([3, 2], asked);
    }

    [Theory]
    [InlineData(1, new[] { 1, 0.75, 0.5, 0.25 })]
    [InlineData(2, new[] { 1, 0.5625, 0.25, 0.0625 })]
    [InlineData(0.5, new[] { 1, 0.8660254, 0.7071068, 0.5 })]
    public void Placement_MovesTheStepsAndKeepsTheLaw(double placement, double[] times)
    {
        using var scope = new TensorScope();
        var seen = new List<double>();
        var optimal = Optimal(Prediction.V, Mean, Std);
        Tensor Sample(int steps) => new DdimSampler(steps, Placement: placement).Sample(
            Prediction.V,
            new NoiseSchedule(),
            (z, t) =>
            {
                seen.Add(t);
                return optimal(z, t);
            },
            Tensor.Full([1], 0.7));
        Sample(4);
        Assert.All(times.Zip(seen), pair => Assert.Equal(pair.First, pair.Second, 1e-7));
        Assert.Equal(Mean + (Std * 0.7), Sample(800).Item(), 1e-2);
    }

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(2, 1.5, 1)]
    [InlineData(2, double.NaN, 1)]
    [InlineData(2, 0, 0)]
    [InlineData(2, 0, double.PositiveInfinity)]
    public void ImpossibleSettings_AreRefused(int steps, double eta, double placement) => Assert.Throws<InputException>(
        () => new DdimSampler(steps, eta, placement).Sample(Prediction.V, new NoiseSchedule(), (z, _) => z, Tensor.Full([1], 1)));

    /// <summary>The network that minimises the loss for data N(mean, std²): x̂ = μ + αc²/(α²c² + σ²)·(z − αμ).</summary>
    private static Func<Tensor, double, Tensor> Optimal(Prediction prediction, double mean, double std) => (z, t) =>
    {
        var schedule = new NoiseSchedule();
        var (alpha, sigma) = (schedule.Alpha(t), schedule.Sigma(t));
        var gain = alpha * std * std / ((alpha * alpha * std * std) + (sigma * sigma));
        var clean = ((z - (alpha * mean)) * gain) + mean;
        return prediction == Prediction.X ? clean : ((z * alpha) - clean) / sigma;
    };
}
