using Flex.Fields.Grids;
using Flex.Fields.Resampling;

namespace Flex.Fields.DataSets;

/// <summary>What residuals are divided by before a model sees them.</summary>
public enum ResidualScaleKind
{
    /// <summary>The field's standard deviation, as the condition is.</summary>
    None,

    /// <summary>The rms of the residual over the training data: unit variance on average.</summary>
    Global,

    /// <summary>
    /// A prediction of the snapshot's own residual rms from its coarse field: unit variance for every snapshot, so that smooth ones are not
    /// drowned by rough ones.
    /// </summary>
    Condition,
}

/// <summary>
/// The number that a snapshot's residual X_HR − up(X_LR) is divided by, in units of the field. It is known at inference, for it needs
/// the coarse field alone, and is one for the whole snapshot, so that tiles agree.
/// </summary>
/// <remarks>
/// For <see cref="ResidualScaleKind.Condition"/> the coarse field is degraded once more: with q₂ and q₄ the rms of X_LR − up(X_LR[::r]) at r = 2 and 4,
/// in units of the field's standard deviation, log rms(R) ≈ a + b·log q₂ + c·log(q₂/q₄). The last term is the steepness of the spectrum at the
/// coarse cut-off, which is what extrapolation beyond it needs.
/// </remarks>
public sealed record ResidualScale
{
    // Keeps the division finite for constant fields, far below any residual that float32 resolves.
    private const double Floor = 1e-7;

    /// <summary>How the scale is found.</summary>
    public required ResidualScaleKind Kind { get; init; }

    /// <summary>The scale of <see cref="ResidualScaleKind.None"/> and <see cref="ResidualScaleKind.Global"/>; for <see cref="ResidualScaleKind.Condition"/> the field's standard deviation.</summary>
    public required double Unit { get; init; }

    /// <summary>a, b, c of the prediction; empty for the other kinds.</summary>
    public IReadOnlyList<double> Coefficients { get; init; } = [];

    /// <summary>Share of the variance of log rms(R) over the training snapshots that the prediction explains.</summary>
    public double RSquared { get; init; }

    /// <summary>How coarse fields are interpolated.</summary>
    public Interpolation Interpolation { get; init; }

    /// <summary>Where interpolation puts the coarse points.</summary>
    public Registration Registration { get; init; }

    /// <summary>The scale of a snapshot, in units of the field; positive.</summary>
    /// <param name="coarse">Its coarse field X_LR, whole and not normalised.</param>
    /// <exception cref="InputException">The field is too small for <see cref="ResidualScaleKind.Condition"/>.</exception>
    public double For(CoarseField coarse) => Kind == ResidualScaleKind.Condition
        ? Predict(Regressors(coarse, Unit, Interpolation, Registration))
        : Unit;

    /// <summary>The scale that regressors predict.</summary>
    internal double Predict(ReadOnlySpan<double> regressors)
    {
        var sum = 0.0;
        for (var i = 0; i < regressors.Length; i++)
        {
            sum += Coefficients[i] * regressors[i];
        }

        return Unit * Math.Max(Floor, Math.Exp(sum));
    }

    /// <summary>1, log q₂, log(q₂/q₄).</summary>
    internal static double[] Regressors(CoarseField coarse, double unit, Interpolation interpolation, Registration registration)
    {
        var q2 = LogDetail(2);
        return [1, q2, q2 - LogDetail(4)];

        double LogDetail(int ratio) => Math.Log(Math.Max(Floor, CoarseDetail.Rms(coarse, ratio, interpolation, registration) / unit));
    }

    /// <summary>Fits <see cref="ResidualScaleKind.Condition"/> to training snapshots.</summary>
    /// <param name="regressors">Regressors of every snapshot.</param>
    /// <param name="residualRms">rms(R) of every snapshot, in units of the field.</param>
    /// <param name="unit">The field's standard deviation.</param>
    internal ResidualScale Fit(IReadOnlyList<double[]> regressors, IReadOnlyList<double> residualRms, double unit)
    {
        double[] targets = [.. residualRms.Select(rms => Math.Log(Math.Max(Floor, rms / unit)))];
        var coefficients = LeastSquares.Solve(regressors, targets);
        var fitted = this with { Unit = unit, Coefficients = coefficients };
        var mean = targets.Average();
        var total = targets.Sum(t => (t - mean) * (t - mean));
        var left = targets.Zip(regressors, (t, r) => t - Math.Log(fitted.Predict(r) / unit)).Sum(d => d * d);
        return fitted with { RSquared = total > 0 ? 1 - (left / total) : 1 };
    }
}
