using Flex.Torch.Native;

namespace Flex.Torch.Optim;

/// <summary>
/// Lion: a step of fixed length along the sign of an interpolation between gradient and momentum (X. Chen et al.,
/// "Symbolic discovery of optimization algorithms", 2023).
/// </summary>
public sealed class Lion : Optimizer
{
    private static readonly Operator FusedOp = new("flexg::lion_");

    private readonly double _beta1;
    private readonly double _beta2;
    private readonly double _weightDecay;

    /// <summary>Creates the optimiser.</summary>
    /// <param name="parameters">What is optimised.</param>
    /// <param name="beta1">The momentum's weight in the direction, in [0, 1).</param>
    /// <param name="beta2">The momentum's own decay, in [0, 1).</param>
    /// <param name="weightDecay">The rate at which weights shrink, times the learning rate.</param>
    public Lion(
        IEnumerable<(string Name, Tensor Value)> parameters,
        double beta1 = 0.9,
        double beta2 = 0.99,
        double weightDecay = 0)
        : base(parameters, "exp_avg") =>
        (_beta1, _beta2, _weightDecay) = (beta1, beta2, weightDecay);

    /// <inheritdoc/>
    protected override void Update(Tensor parameter, Tensor gradient, Tensor[] moments, double learningRate, double gradientScale)
    {
        var m = moments[0];
        var decay = 1 - learningRate * _weightDecay;
        var g = gradient * gradientScale;
        var direction = (m * _beta1).AddInPlace(g, 1 - _beta1).Sign();
        parameter.MulInPlace(decay).AddInPlace(direction, -learningRate);
        m.MulInPlace(_beta2).AddInPlace(g, 1 - _beta2);
    }

    /// <inheritdoc/>
    protected override void UpdateFused(Tensor[] parameters, Tensor[] gradients, Tensor[][] moments, double learningRate, double gradientScale) =>
        FusedOp.CallInPlace(parameters, gradients, moments[0], gradientScale, _beta1, _beta2, 1 - learningRate * _weightDecay, learningRate);
}
