using Flex.Torch.Native;

namespace Flex.Torch.Optim;

/// <summary>
/// Adam with decoupled weight decay (I. Loshchilov, F. Hutter, "Decoupled weight decay regularization", 2019), with the
/// operations in PyTorch's order.
/// </summary>
public sealed class AdamW : Optimizer
{
    private static readonly Operator FusedOp = new("flexg::adamw_");

    private readonly double _beta1;
    private readonly double _beta2;
    private readonly double _weightDecay;
    private readonly double _eps;

    /// <summary>Creates the optimiser.</summary>
    /// <param name="parameters">What is optimised.</param>
    /// <param name="beta1">Decay of the mean of gradients, in [0, 1).</param>
    /// <param name="beta2">Decay of the mean of squared gradients, in [0, 1).</param>
    /// <param name="weightDecay">The rate at which weights shrink, times the learning rate.</param>
    /// <param name="eps">Added to the root of the second moment.</param>
    public AdamW(
        IEnumerable<(string Name, Tensor Value)> parameters,
        double beta1 = 0.9,
        double beta2 = 0.999,
        double weightDecay = 0.01,
        double eps = 1e-8)
        : base(parameters, "exp_avg", "exp_avg_sq") =>
        (_beta1, _beta2, _weightDecay, _eps) = (beta1, beta2, weightDecay, eps);

    /// <inheritdoc/>
    protected override void Update(Tensor parameter, Tensor gradient, Tensor[] moments, double learningRate, double gradientScale)
    {
        var (m, v) = (moments[0], moments[1]);
        var (decay, stepSize, rootScale) = Factors(learningRate);
        var g = gradient * gradientScale;
        m.MulInPlace(_beta1).AddInPlace(g, 1 - _beta1);
        v.MulInPlace(_beta2).AddCMulInPlace(g, g, 1 - _beta2);
        parameter.MulInPlace(decay).AddCDivInPlace(m, v.Sqrt().MulInPlace(rootScale).AddInPlace(_eps), -stepSize);
    }

    /// <inheritdoc/>
    protected override void UpdateFused(Tensor[] parameters, Tensor[] gradients, Tensor[][] moments, double learningRate, double gradientScale)
    {
        var (decay, stepSize, rootScale) = Factors(learningRate);
        FusedOp.CallInPlace(parameters, gradients, moments[0], moments[1], gradientScale, _beta1, _beta2, decay, stepSize, rootScale, _eps);
    }

    private (double Decay, double StepSize, double RootScale) Factors(double learningRate) => (
        1 - learningRate * _weightDecay,
        learningRate / (1 - Math.Pow(_beta1, Steps)),
        1 / Math.Sqrt(1 - Math.Pow(_beta2, Steps)));
}
