using MathNet.Numerics.LinearAlgebra;

namespace Flex.Diffusion.Calibration;

/// <summary>
/// The law of what a correction has left: ln(error / variance) of whole fields, linear in the mean over their tiles of the octaves' ln v, by ridge
/// regression (Hoerl and Kennard 1970, Technometrics 12, 55–67). Its strength is the one that foretells best each field from the others.
/// </summary>
internal static class SpreadBalance
{
    private const int FieldsForOctave = 2;

    private static readonly double[] Penalties = [0.01, 0.03, 0.1, 0.3, 1, 10, 100];

    /// <summary>Fits.</summary>
    /// <param name="fields">By field: ln v of every octave before the correction.</param>
    /// <param name="left">By field: ln(error / variance) after it; what is not finite says nothing.</param>
    /// <returns>What the logarithm of every octave's variance has to grow by; of few fields the same for all.</returns>
    public static SpreadLaw Fit(IReadOnlyList<double[]> fields, IReadOnlyList<double> left)
    {
        var seen = Enumerable.Range(0, fields.Count).Where(f => double.IsFinite(left[f])).ToList();
        if (seen.Count == 0)
        {
            return new SpreadLaw(0, new double[fields.Count == 0 ? 0 : fields[0].Length]);
        }

        var x = Matrix<double>.Build.DenseOfRowArrays(seen.Select(f => fields[f]));
        var y = Vector<double>.Build.DenseOfEnumerable(seen.Select(f => left[f]));
        var (centre, level) = (x.ColumnSums() / seen.Count, y.Average());
        x = Matrix<double>.Build.Dense(seen.Count, x.ColumnCount, (f, k) => x[f, k] - centre[k]);
        var scale = x.ColumnNorms(2) / Math.Sqrt(seen.Count);
        x = Matrix<double>.Build.Dense(seen.Count, x.ColumnCount, (f, k) => scale[k] > 1e-9 ? x[f, k] / scale[k] : 0);
        y -= level;

        var slopes = seen.Count < FieldsForOctave * x.ColumnCount
            ? Vector<double>.Build.Dense(x.ColumnCount)
            : Solve(x, Penalties.MinBy(strength => LeftOut(x, y, strength))) * y;
        double[] exponents = [.. slopes.Select((slope, k) => scale[k] > 1e-9 ? slope / scale[k] : 0)];
        return new SpreadLaw(level - exponents.Zip(centre, (b, c) => b * c).Sum(), exponents);
    }

    // (XᵀX + n·penalty)⁻¹ Xᵀ
    private static Matrix<double> Solve(Matrix<double> x, double penalty) =>
        ((x.TransposeThisAndMultiply(x)) + (Matrix<double>.Build.DenseIdentity(x.ColumnCount) * (x.RowCount * penalty))).Solve(x.Transpose());

    // The sum of the squares of what each field would be foretold wrongly by were it not among the others: the residuals over 1 − h_ff of the
    // hat matrix, of which the mean has 1/n (Allen 1974, Technometrics 16, 125–127: PRESS).
    private static double LeftOut(Matrix<double> x, Vector<double> y, double penalty)
    {
        var hat = x * Solve(x, penalty);
        var residual = y - (hat * y);
        return Enumerable.Range(0, y.Count).Sum(f => Math.Pow(residual[f] / Math.Max(1 - hat[f, f] - (1.0 / y.Count), 1e-9), 2));
    }
}
