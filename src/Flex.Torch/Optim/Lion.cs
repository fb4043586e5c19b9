using System.Numerics;
using System.Runtime.InteropServices;

namespace Flex.Torch.Optim;

/// <summary>
/// Lion: a step of fixed length along the sign of an interpolation between gradient and momentum (X. Chen et al.,
/// "Symbolic discovery of optimization algorithms", 2023).
/// </summary>
public sealed class Lion : Optimizer
{
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
        if (FusedLayout.Fits(parameter, gradient))
        {
            var c = new Coefficients((float)gradientScale, (float)_beta1, (float)(1 - _beta1), (float)_beta2,
                (float)(1 - _beta2), (float)decay, (float)learningRate);
            Fused(parameter.AsSpan<float>(), gradient.AsSpan<float>(), m.AsSpan<float>(), c);
            return;
        }

        var g = gradient * gradientScale;
        var direction = (m * _beta1).AddInPlace(g, 1 - _beta1).Sign();
        parameter.MulInPlace(decay).AddInPlace(direction, -learningRate);
        m.MulInPlace(_beta2).AddInPlace(g, 1 - _beta2);
    }

    private static void Fused(Span<float> p, ReadOnlySpan<float> g, Span<float> m, Coefficients c)
    {
        var pv = MemoryMarshal.Cast<float, Vector<float>>(p);
        var gv = MemoryMarshal.Cast<float, Vector<float>>(g)[..pv.Length];
        var mv = MemoryMarshal.Cast<float, Vector<float>>(m)[..pv.Length];
        var step = new Vector<float>(c.LearningRate);
        for (var i = 0; i < pv.Length; i++)
        {
            var gradient = gv[i] * c.Scale;
            var direction = mv[i] * c.Beta1 + gradient * c.OneMinusBeta1;
            var up = Vector.ConditionalSelect(Vector.GreaterThan(direction, Vector<float>.Zero), step, Vector<float>.Zero);
            var down = Vector.ConditionalSelect(Vector.LessThan(direction, Vector<float>.Zero), step, Vector<float>.Zero);
            pv[i] = pv[i] * c.Decay - (up - down);
            mv[i] = mv[i] * c.Beta2 + gradient * c.OneMinusBeta2;
        }

        for (var i = pv.Length * Vector<float>.Count; i < p.Length; i++)
        {
            var gradient = g[i] * c.Scale;
            var direction = m[i] * c.Beta1 + gradient * c.OneMinusBeta1;
            p[i] = p[i] * c.Decay - MathF.Sign(direction) * c.LearningRate;
            m[i] = m[i] * c.Beta2 + gradient * c.OneMinusBeta2;
        }
    }

    private readonly record struct Coefficients(
        float Scale, float Beta1, float OneMinusBeta1, float Beta2, float OneMinusBeta2, float Decay, float LearningRate);
}
