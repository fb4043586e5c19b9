using Flex.Torch;

namespace Flex.Diffusion.Calibration;

/// <summary>
/// Where in a tile members should differ by more than they do, and where by less: the variance of the ensemble is multiplied by f ∝ q_1^c_1 · q_2^c_2 · q_3^c_3, where q_1
/// is that variance as a mean over the neighbourhood of a cell, q_2 the square of the Laplacian of the ensemble mean, in the same way, and q_3 the cell's own variance over q_1.
/// The tile's variance as a whole stays.
/// </summary>
/// <remarks>
/// c_1 &gt; 0 where calm places spread too much beside wild ones; c_2 &gt; 0 where the answer is finely structured and members agree on it all the same; c_3 &lt; 0 where
/// a cell's variance says less of its error than its neighbourhood's: −1 where members are few or near to each other in groups, so that it is a matter of chance.
/// </remarks>
/// <param name="Variance">c_1.</param>
/// <param name="Curvature">c_2.</param>
/// <param name="Cell">c_3.</param>
public sealed record LocalLaw(double Variance, double Curvature, double Cell = 0)
{
    // Four cells to either side.
    private const int Reach = 4;

    // Neighbourhoods and cells that have less than this share of a tile's mean all count alike.
    private const double LeastShare = 1e-3;

    // Of |ln f| and |c|: beyond, the law is extrapolated from what it has not seen.
    private static readonly double Most = 2 * Math.Log(4);

    /// <summary>What the deviations of a tile's members from their mean are multiplied by.</summary>
    /// <param name="variance">The members' variance, (B, C, P, P).</param>
    /// <param name="mean">Their mean, (B, C, P, P).</param>
    /// <returns>√f, (B, C, P, P), in the caller's scope.</returns>
    public Tensor Factor(Tensor variance, Tensor mean)
    {
        ArgumentNullException.ThrowIfNull(variance);
        ArgumentNullException.ThrowIfNull(mean);
        using var scope = new TensorScope();
        double[] exponents = [Variance, Curvature, Cell];
        var logFactor = Features(variance, mean).Zip(exponents, (feature, c) => feature * Math.Clamp(c, -Most, Most)).Aggregate((sum, term) => sum + term);
        var f = logFactor.Clamp(-Most, Most).Exp();
        return scope.Keep((f * (Whole(variance) / Whole(variance * f))).Sqrt());

        static Tensor Whole(Tensor power) => power.Mean(Tile, keepDim: true).Clamp(min: SpreadCorrection.LeastVariance);
    }

    /// <summary>ln q_1, ln q_2 and ln q_3, less their means over the tile.</summary>
    internal static Tensor[] Features(Tensor variance, Tensor mean)
    {
        using var scope = new TensorScope();
        var patch = (int)mean.Size(3);
        var (smooth, second) = (Band(patch, Neighbours).To(mean.Device), Band(patch, SecondDifference).To(mean.Device));
        var own = Log(CosineTransform.Apply(variance, smooth));
        var curvature = Log(CosineTransform.Apply((second.MatMul(mean) + mean.MatMul(second.Transpose(0, 1))).Square(), smooth));
        return [scope.Keep(own), scope.Keep(curvature), scope.Keep(Log(variance) - own)];

        static Tensor Log(Tensor q)
        {
            var log = (q + (q.Mean(Tile, keepDim: true) * LeastShare) + SpreadCorrection.LeastVariance).Log();
            return log - log.Mean(Tile, keepDim: true);
        }
    }

    private static long[] Tile => [2, 3];

    private static Tensor Band(int patch, Func<int, int, int, double> weight) =>
        Tensor.From<float>([.. Enumerable.Range(0, patch * patch).Select(i => (float)weight(i / patch, i % patch, patch))], patch, patch);

    // The mean of the neighbours that the tile has.
    private static double Neighbours(int row, int column, int patch) => Math.Abs(row - column) <= Reach
        ? 1.0 / (Math.Min(row + Reach, patch - 1) - Math.Max(row - Reach, 0) + 1)
        : 0;

    // At the edge that of the cell beside it.
    private static double SecondDifference(int row, int column, int patch) => Math.Abs(Math.Clamp(row, 1, patch - 2) - column) switch { 0 => -2, 1 => 1, _ => 0 };
}
