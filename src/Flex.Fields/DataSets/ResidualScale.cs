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
    /// A prediction of the snapshot's own residual rms from its coarse field: unit variance for every snapshot, so that
    /// smooth ones are not drowned by rough ones.
    /// </summary>
    Condition,
}

/// <summary>
/// The number that a snapshot's residual R = X_HR − up(X_LR) is divided by, in units of the field. It is known at
/// inference, for it needs the coarse field alone, and is one for the whole snapshot, so that tiles agree.
/// </summary>
/// <remarks>
/// For <see cref="ResidualScaleKind.Condition"/> the coarse field is degraded once more. With q₂ and q₄ the rms of
/// X_LR − up(X_LR[::r]) at r = 2 and 4, and d = log(q₂/q₄) the steepness of the spectrum near the coarse cut-off,
/// log(rms(R)/q₂) ≈ a + b·d + c·d². A field that is multiplied by a number has its scale multiplied by that number.
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
    public double For(CoarseField coarse) => Kind == ResidualScaleKind.Condition ? Predict(Measure(coarse)) : Unit;

    /// <summary>Fits <see cref="ResidualScaleKind.Condition"/> to training snapshots.</summary>
    /// <param name="snapshots">X_LR and rms(R) of every snapshot, at least one.</param>
    /// <returns>The scale with coefficients.</returns>
    internal ResidualScale Fit(IReadOnlyList<(CoarseField Coarse, double ResidualRms)> snapshots)
    {
        Detail[] details = [.. snapshots.Select(s => Measure(s.Coarse))];
        double[] logRms = [.. snapshots.Select(s => Math.Log(Math.Max(Floor * Unit, s.ResidualRms)))];
        var fitted = this with
        {
            LeastSteepness = details.Min(d => d.Steepness),
            GreatestSteepness = details.Max(d => d.Steepness),
            Coefficients = LeastSquares.Solve(
                [.. details.Select(d => Powers(d.Steepness))], [.. details.Zip(logRms, (d, rms) => rms - Math.Log(d.Rms))]),
        };
        var mean = logRms.Average();
        var total = logRms.Sum(rms => (rms - mean) * (rms - mean));
        var left = details.Zip(logRms, (d, rms) => rms - Math.Log(fitted.Predict(d))).Sum(e => e * e);
        return fitted with { RSquared = total > 0 ? 1 - (left / total) : 1 };
    }

    private double Predict(Detail detail)
    {
        var powers = Powers(Math.Clamp(detail.Steepness, LeastSteepness, GreatestSteepness));
        var logRatio = powers.Zip(Coefficients, (power, coefficient) => power * coefficient).Sum();
        return Math.Max(Floor * Unit, detail.Rms * Math.Exp(logRatio));
    }

    private Detail Measure(CoarseField coarse)
    {
        var (q2, q4) = (Rms(2), Rms(4));
        return new Detail(q2, Math.Log(q2 / q4));

        double Rms(int ratio) => Math.Max(Floor * Unit, CoarseDetail.Rms(coarse, ratio, Interpolation, Registration));
    }

    private static double[] Powers(double d) => [1, d, d * d];

    /// <summary>q₂ and d.</summary>
    private readonly record struct Detail(double Rms, double Steepness);
}
