using Flex.Torch;

namespace Flex.Diffusion.Tests;

public sealed class DiffusionLossTests
{
    private const float Residual = 0.8f, Eps = -0.3f, Time = 0.4f;

    [Theory]
    [InlineData(Prediction.V)]
    [InlineData(Prediction.Eps)]
    [InlineData(Prediction.X)]
    public void PerfectNetwork_HasNoLoss(Prediction prediction)
    {
        var (alpha, sigma) = Factors();

        // For eps the network's output is velocity-like, so the perfect one is the velocity there, too.
        var perfect = prediction == Prediction.X ? Residual : (alpha * Eps) - (sigma * Residual);
        Assert.Equal(0, Loss(prediction, LossKind.L1, weighted: false, perfect), 1e-6);
    }

    [Theory]
    [InlineData(LossKind.L1, 3.0)]
    [InlineData(LossKind.Mse, 9.0)]
    [InlineData(LossKind.Huber, 2.5)]
    public void Distances_AreThoseOfTheirNames(LossKind kind, double expected) =>
        Assert.Equal(expected, Loss(Prediction.X, kind, weighted: false, Residual + 3), 1e-5);

    [Fact]
    public void Weights_AreTheReleasedOnes()
    {
        var logSnr = new NoiseSchedule().LogSnr(Time);
        var (alpha, sigma) = Factors();
        var velocity = (alpha * Eps) - (sigma * Residual);
        double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

        Assert.Equal(2 / (Math.E - (Sigmoid(-logSnr) * (Math.E - 1))), Loss(Prediction.V, LossKind.L1, weighted: true, velocity + 2), 1e-5);
        Assert.Equal(2 * alpha * Sigmoid(-1 - logSnr), Loss(Prediction.Eps, LossKind.L1, weighted: true, velocity + 2), 1e-5);
        Assert.Equal(2, Loss(Prediction.X, LossKind.L1, weighted: true, Residual + 2), 1e-5);
    }

    [Theory]
    [InlineData(Prediction.V)]
    [InlineData(Prediction.Eps)]
    [InlineData(Prediction.X)]
    public void CleanAndNoise_RecoverWhatWasMixed(Prediction prediction)
    {
        using var scope = new TensorScope();
        var (alpha, sigma) = Factors();
        var output = prediction == Prediction.X ? Residual : (alpha * Eps) - (sigma * Residual);
        var (n, z) = (Tensor.Full([1], output), Tensor.Full([1], (alpha * Residual) + (sigma * Eps)));
        Assert.Equal(Residual, prediction.Clean(n, z, alpha, sigma).Item(), 1e-6);
        Assert.Equal(Eps, prediction.Noise(n, z, alpha, sigma).Item(), 1e-6);
    }

    private static (double Alpha, double Sigma) Factors() => (new NoiseSchedule().Alpha(Time), new NoiseSchedule().Sigma(Time));

    private static double Loss(Prediction prediction, LossKind kind, bool weighted, double output)
    {
        using var scope = new TensorScope();
        long[] shape = [2, 1, 3, 3];
        return new DiffusionLoss(kind, weighted).Compute(
            prediction, new NoiseSchedule(), _ => Tensor.Full(shape, output), Tensor.Full(shape, Residual), Tensor.Full(shape, Eps), Tensor.Full([2], Time)).Item();
    }
}
