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
    /// A prediction of the snapshot's own residual rms from its condition: unit variance for every snapshot, so that
    /// smooth ones are not drowned by rough ones.
    /// </summary>
    Condition,
}

/// <summary>
/// The number that a snapshot's residual R is divided by, in units of the field. It is known at inference, for it needs
/// the condition alone, and is one for the whole snapshot, so that tiles agree.
/// </summary>
/// <remarks>
/// For <see cref="ResidualScaleKind.Condition"/> of super-resolution the coarse field is degraded once more. With q₂ and q₄ the rms of
/// X_LR − up(X_LR[::r]) at r = 2 and 4, and d = log(q₂/q₄) the steepness of the spectrum near the coarse cut-off,
/// log(rms(R)/q₂) ≈ a + b·d + c·d². For a forecast q = rms(X_n − X_{n−s}) takes the place of q₂ and d = log(q/rms(X_n)). A field that is multiplied by a number has its scale multiplied by that number.
/// </remarks>
public sealed record ResidualScale
{
    // Of the unit. Keeps the division finite for constant fields, below any residual that float32 resolves.
    private const double Floor = 1e-7;

    /// <summary>How the scale is found.</summary>
    public required ResidualScaleKind Kind { get; init; }

    /// <summary>
    /// The scale itself for <see cref="ResidualScaleKind.None"/> and <see cref="ResidualScaleKind.Global"/>; the field's
    /// standard deviation for <see cref="ResidualScaleKind.Condition"/>.
    /// </summary>
    public required double Unit { get; init; }

    /// <summary>a, b, c of the prediction; empty for the other kinds.</summary>
    public IReadOnlyList<double> Coefficients { get; init; } = [];

    /// <summary>The least d among the training snapshots; the parabola is not used beyond.</summary>
    public double LeastSteepness { get; init; }

    /// <summary>The greatest d among the training snapshots, likewise.</summary>
    public double GreatestSteepness { get; init; }

    /// <summary>The share of the variance of log rms(R) over the training snapshots that the prediction explains.</summary>
    public double RSquared { get; init; }

    /// <summary>How coarse fields are interpolated.</summary>
    public Interpolation Interpolation { get; init; }

    /// <summary>Where interpolation puts the coarse points.</summary>
    public Registration Registration { get; init; }

    /// <summary>The scale of a snapshot, in units of the field; positive.</summary>
    /// <param name="coarse">Its coarse field X_LR, whole and not normalised.</param>
    /// <exception cref="InputException">The field is too small for <see cref="ResidualScaleKind.Condition"/>.</exception>
    public double For(CoarseField coarse) =>
        Kind == ResidualScaleKind.Condition ? Predict(ConditionDetail.OfCoarse(coarse, Interpolation, Registration)) : Unit;

    /// <summary>The scale of the residual X_{n+s} − X_n of a forecast, in units of the field; positive.</summary>
    /// <param name="previous">X_{n−s}, whole and not normalised.</param>
    /// <param name="present">X_n.</param>
    public double For(ReadOnlySpan<float> previous, ReadOnlySpan<float> present) =>
        Kind == ResidualScaleKind.Condition ? Predict(ConditionDetail.OfHistory(previous, present)) : Unit;

    /// <summary>Fits <see cref="ResidualScaleKind.Condition"/> to training snapshots.</summary>
    /// <param name="snapshots">The detail of X_LR and rms(R) of every snapshot.</param>
    /// <returns>The scale with coefficients.</returns>
    /// <exception cref="InputException">No snapshot has any detail.</exception>
    internal ResidualScale Fit(IEnumerable<(ConditionDetail Detail, double ResidualRms)> snapshots)
    {
        // A constant snapshot has no logarithm, and nothing to learn either.
        (ConditionDetail Detail, double LogRms)[] logs =
            [.. snapshots.Where(s => s.Detail.Rms > 0 && s.ResidualRms > 0).Select(s => (s.Detail, Math.Log(s.ResidualRms)))];
        if (logs.Length == 0)
        {
            throw new InputException("the training data have no detail (no change) to predict the residual from: choose another 'residual_scale' than 'condition'");
        }

        var fitted = this with
        {
            LeastSteepness = logs.Min(s => s.Detail.Steepness),
            GreatestSteepness = logs.Max(s => s.Detail.Steepness),
            Coefficients = LeastSquares.Solve(
                [.. logs.Select(s => Powers(s.Detail.Steepness))], [.. logs.Select(s => s.LogRms - Math.Log(s.Detail.Rms))]),
        };
        var mean = logs.Average(s => s.LogRms);
        var total = logs.Sum(s => (s.LogRms - mean) * (s.LogRms - mean));
        var left = logs.Sum(s => Math.Pow(s.LogRms - Math.Log(fitted.Predict(s.Detail)), 2));
        return fitted with { RSquared = total > 0 ? 1 - (left / total) : 1 };
    }

    private double Predict(ConditionDetail detail)
    {
        var powers = Powers(Math.Clamp(detail.Steepness, LeastSteepness, GreatestSteepness));
        var logRatio = powers.Zip(Coefficients, (power, coefficient) => power * coefficient).Sum();
        return Math.Max(Floor * Unit, detail.Rms * Math.Exp(logRatio));
    }

    private static double[] Powers(double d) => [1, d, d * d];
}
