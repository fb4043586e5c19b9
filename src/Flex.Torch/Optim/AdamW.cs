using System.Numerics;
using System.Runtime.InteropServices;

namespace Flex.Torch.Optim;

/// <summary>
/// Adam with decoupled weight decay (I. Loshchilov, F. Hutter, "Decoupled weight decay regularization", 2019), with the
/// operations in PyTorch's order.
/// </summary>
public sealed class AdamW : Optimizer
{
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
        var decay = 1 - learningRate * _weightDecay;
        var stepSize = learningRate / (1 - Math.Pow(_beta1, Steps));
        var rootScale = 1 / Math.Sqrt(1 - Math.Pow(_beta2, Steps));
        if (FusedLayout.Fits(parameter, gradient))
        {
            var c = new Coefficients((float)gradientScale, (float)_beta1, (float)(1 - _beta1), (float)_beta2,
                (float)(1 - _beta2), (float)decay, (float)stepSize, (float)rootScale, (float)_eps);
            Fused(parameter.AsSpan<float>(), gradient.AsSpan<float>(), m.AsSpan<float>(), v.AsSpan<float>(), c);
            return;
        }

        var g = gradient * gradientScale;
        m.MulInPlace(_beta1).AddInPlace(g, 1 - _beta1);
        v.MulInPlace(_beta2).AddCMulInPlace(g, g, 1 - _beta2);
        parameter.MulInPlace(decay).AddCDivInPlace(m, v.Sqrt().MulInPlace(rootScale).AddInPlace(_eps), -stepSize);
    }

    private static void Fused(Span<float> p, ReadOnlySpan<float> g, Span<float> m, Span<float> v, Coefficients c)
    {
        var pv = MemoryMarshal.Cast<float, Vector<float>>(p);
        var gv = MemoryMarshal.Cast<float, Vector<float>>(g)[..pv.Length];
        var mv = MemoryMarshal.Cast<float, Vector<float>>(m)[..pv.Length];
        var vv = MemoryMarshal.Cast<float, Vector<float>>(v)[..pv.Length];
        var eps = new Vector<float>(c.Eps);
        for (var i = 0; i < pv.Length; i++)
        {
            var gradient = gv[i] * c.Scale;
            var mean = mv[i] * c.Beta1 + gradient * c.OneMinusBeta1;
            var square = vv[i] * c.Beta2 + gradient * gradient * c.OneMinusBeta2;
            (mv[i], vv[i]) = (mean, square);
            pv[i] = pv[i] * c.Decay - mean * c.StepSize / (Vector.SquareRoot(square) * c.RootScale + eps);
        }

        for (var i = pv.Length * Vector<float>.Count; i < p.Length; i++)
        {
            var gradient = g[i] * c.Scale;
            m[i] = m[i] * c.Beta1 + gradient * c.OneMinusBeta1;
            v[i] = v[i] * c.Beta2 + gradient * gradient * c.OneMinusBeta2;
            p[i] = p[i] * c.Decay - m[i] * c.StepSize / (MathF.Sqrt(v[i]) * c.RootScale + c.Eps);
        }
    }

    private readonly record struct Coefficients(
        float Scale, float Beta1, float OneMinusBeta1, float Beta2, float OneMinusBeta2, float Decay, float StepSize, float RootScale, float Eps);
}
