using Flex.Torch;

namespace Flex.Diffusion.Calibration;

/// <summary>
/// The fair continuous ranked probability score of an ensemble as a loss: (1/M)·Σₘ|xₘ − y| − 1/(M(M − 1))·Σ_{m&lt;n}|xₘ − xₙ|, which in the
/// mean is least where the members are draws from the truth's own distribution, however few they are.
/// </summary>
/// <remarks>C. A. T. Ferro, "Fair scores for ensemble forecasts", Q. J. R. Meteorol. Soc. 140 (2014), 1917–1923, equation 8.</remarks>
public static class FairCrps
{
    private static readonly long[] FieldDims = [1, 2, 3];

    /// <summary>The score, cell by cell, in units of each sample's own standard deviation, so that calm samples count as much as wild ones.</summary>
    /// <param name="members">M ≥ 2 draws, (B, C, H, W) each.</param>
    /// <param name="truth">(B, C, H, W).</param>
    /// <returns>The mean, a tensor without dimensions, in the caller's scope.</returns>
    public static Tensor Loss(IReadOnlyList<Tensor> members, Tensor truth)
    {
        ArgumentNullException.ThrowIfNull(members);
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentOutOfRangeException.ThrowIfLessThan(members.Count, 2);
        using var scope = new TensorScope();
        var count = members.Count;
        var score = (members[0] - truth).Abs();
        for (var m = 1; m < count; m++)
        {
            score += (members[m] - truth).Abs();
        }

        score *= 1.0 / count;
        for (var m = 0; m < count; m++)
        {
            for (var n = 0; n < m; n++)
            {
                score -= (members[m] - members[n]).Abs() * (1.0 / (count * (count - 1)));
            }
        }

        // A patch where nothing happens has no scale of its own.
        var scale = (truth - truth.Mean(FieldDims, keepDim: true)).Square().Mean(FieldDims, keepDim: true).Sqrt().Clamp(min: 1e-3);
        return scope.Keep((score / scale).Mean());
    }
}
