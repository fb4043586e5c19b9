using Flex.Torch;
using MathNet.Numerics.LinearAlgebra;

namespace Flex.Diffusion.Calibration;

/// <summary>
/// Fits a <see cref="FieldLaw"/>: ln(error / variance) of fields by their features, by ridge regression (Hoerl and Kennard 1970, Technometrics
/// 12, 55–67). Its strength is the one that foretells best each field from the others.
/// </summary>
public sealed class FieldFit
{
    private const int FieldsForTerm = 3;

    private static readonly double[] Penalties = [0.01, 0.03, 0.1, 0.3, 1, 10, 100];

    private readonly List<IReadOnlyList<double>> _features = [];
    private readonly List<double> _left = [];

    /// <summary>Adds the tiles of one field, drawn with a correction. All fields weigh the same.</summary>
    /// <inheritdoc cref="OctaveFit.Add"/>
    public void Add(IReadOnlyList<Tensor> members, Tensor truth, IReadOnlyList<double> field)
    {
        ArgumentNullException.ThrowIfNull(members);
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(field);
        ArgumentOutOfRangeException.ThrowIfLessThan(members.Count, 2);
        using var scope = new TensorScope();
        var mean = TileSpectra.Mean(members);
        var variance = TileSpectra.SampleVariance([.. members.Select(member => member - mean)]);
        _left.Add(Math.Log((truth - mean).Square().Sum().Item() * TileSpectra.TruthShare(members.Count) / variance.Sum().Item()));
        _features.Add(field);
    }

    /// <summary>The law of what the correction has left.</summary>
    /// <returns>The law; of nothing the one that changes nothing.</returns>
    public FieldLaw Fit() => Fit(_features, _left);

    /// <summary>Fits.</summary>
    /// <param name="features">By field.</param>
    /// <param name="left">By field: ln(error / variance); what is not finite says nothing.</param>
    /// <returns>The law; of few fields the mean alone.</returns>
    internal static FieldLaw Fit(IReadOnlyList<IReadOnlyList<double>> features, IReadOnlyList<double> left)
    {
        var seen = Enumerable.Range(0, features.Count).Where(f => double.IsFinite(left[f])).ToList();
        var count = features.Count == 0 ? 0 : features[0].Count;
        double[] Each(Func<IEnumerable<double>, double> measure) => [.. Enumerable.Range(0, count).Select(i => measure(seen.Select(f => features[f][i]).DefaultIfEmpty()))];
        var (lowest, highest, slopes) = (Each(x => x.Min()), Each(x => x.Max()), new double[FieldLaw.Terms(count)]);
        var level = seen.Select(f => left[f]).DefaultIfEmpty().Average();
        if (count > 0 && seen.Count >= FieldsForTerm * slopes.Length)
        {
            var x = Matrix<double>.Build.DenseOfRows(seen.Select(f => FieldLaw.Terms(features[f], lowest, highest)));
            var centre = x.ColumnSums() / seen.Count;
            x -= Matrix<double>.Build.DenseOfRows(seen.Select(_ => centre));
            var scale = (x.ColumnNorms(2) / Math.Sqrt(seen.Count)).Map(deviation => deviation > 1e-9 ? deviation : 1);
            x *= Matrix<double>.Build.DiagonalOfDiagonalVector(1 / scale);
            var y = Vector<double>.Build.DenseOfEnumerable(seen.Select(f => left[f] - level));
            slopes = [.. (Solve(x, Penalties.MinBy(strength => LeftOut(x, y, strength))) * y).PointwiseDivide(scale)];
            level -= slopes.Zip(centre, (slope, c) => slope * c).Sum();
        }

        return new FieldLaw(level, slopes, lowest, highest);
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
