using MathNet.Numerics.LinearAlgebra;

namespace Flex.Diffusion.Calibration;

/// <summary>
/// How an octave's error differs from tile to tile of a field: as Π v_k^b_k, by a generalised linear model with logarithmic link and a level of each
/// field's own, which is the multinomial model of the tiles' shares (McCullagh and Nelder 1989, Generalized Linear Models, §6.4): within a field the variance
/// of errors is in proportion to their mean, so that the sums are right, as spread/skill has it. Fields of calm and of wild flows weigh the same, and what tells
/// them apart says nothing of the tiles of one of them. Exponents are drawn towards "the own octave's variance and nothing else" (ridge, Hoerl and Kennard 1970,
/// Technometrics 12, 55–67), as strongly as foretells best the shares in fields that were left out.
/// </summary>
internal static class SpreadRegression
{
    private const int MostFolds = 8, FewestFolds = 3;
    private const double ForFewFields = 1, LeastScale = 1e-9;

    private static readonly double[] Penalties = [0.01, 0.1, 1, 10, 100];

    /// <summary>The tiles of one field.</summary>
    /// <param name="Logs">ln v by tile and octave.</param>
    /// <param name="Errors">The error of each tile in the octave at hand.</param>
    internal sealed record Field(double[][] Logs, double[] Errors)
    {
        /// <summary>The level with which the sum of the errors is foretold; not finite where there is no error or no tile.</summary>
        public double Level(IReadOnlyList<double> exponents) => Math.Log(Errors.Sum() / Logs.Sum(row => Math.Exp(Dot(row, exponents))));
    }

    /// <summary>Fits.</summary>
    /// <param name="fields">The fields; those without error say nothing.</param>
    /// <param name="own">The octave at hand.</param>
    /// <param name="octaves">How many there are.</param>
    /// <returns>b_k of every octave k.</returns>
    public static IReadOnlyList<double> Fit(IReadOnlyList<Field> fields, int own, int octaves)
    {
        var seen = fields.Where(field => field.Errors.Sum() > 0).ToList();
        return seen.Count == 0
            ? [.. Enumerable.Range(0, octaves).Select(k => Prior(k, own))]
            : Solve(seen, own, seen.Count < FewestFolds ? ForFewFields : Penalties.MinBy(penalty => LeftOut(seen, own, penalty)));
    }

    // How little the shares in fields are expected by those of other folds: minus the logarithm of their multinomial likelihood.
    private static double LeftOut(List<Field> fields, int own, double penalty)
    {
        var folds = Math.Min(fields.Count, MostFolds);
        return Enumerable.Range(0, folds).Sum(fold =>
        {
            var exponents = Solve([.. fields.Where((_, i) => i % folds != fold)], own, penalty);
            return fields.Where((_, i) => i % folds == fold).Sum(field =>
            {
                double[] foretold = [.. field.Logs.Select(row => Dot(row, exponents))];
                return Math.Log(foretold.Sum(Math.Exp)) - (Dot(field.Errors, foretold) / field.Errors.Sum());
            });
        });
    }

    private static double[] Solve(List<Field> fields, int own, double penalty)
    {
        var octaves = fields[0].Logs[0].Length;
        double[][] centres = [.. fields.Select(field => Enumerable.Range(0, octaves).Select(k => field.Logs.Average(row => row[k])).ToArray())];
        double[] scale = [.. Enumerable.Range(0, octaves).Select(k => Math.Sqrt(fields.Zip(centres).Average(pair => pair.First.Logs.Average(row => Math.Pow(row[k] - pair.Second[k], 2)))))];
        double[][][] rows = [.. fields.Zip(centres, (field, centre) => field.Logs.Select(row => row.Select((x, k) => scale[k] > LeastScale ? (x - centre[k]) / scale[k] : 0).ToArray()).ToArray())];

        var prior = Vector<double>.Build.DenseOfEnumerable(scale.Select((s, k) => s * Prior(k, own)));
        var theta = NewtonMethod.Maximise(prior, theta =>
        {
            var score = (prior - theta) * (penalty * fields.Count);
            var information = Matrix<double>.Build.DenseIdentity(octaves) * (penalty * fields.Count);
            for (var f = 0; f < fields.Count; f++)
            {
                Add(rows[f], fields[f].Errors, [.. theta], score, information);
            }

            return (score, information);
        });
        return [.. theta.Select((value, k) => scale[k] > LeastScale ? value / scale[k] : Prior(k, own))];
    }

    // What one field adds: the mean of its rows as errors weigh them less that as the law weighs them, and their covariance under the latter.
    private static void Add(double[][] rows, double[] errors, double[] theta, Vector<double> score, Matrix<double> information)
    {
        double[] foretold = [.. rows.Select(row => Math.Exp(Dot(row, theta)))];
        var (errorSum, foretoldSum) = (errors.Sum(), foretold.Sum());
        double[] mean = [.. theta.Select((_, k) => rows.Zip(foretold, (row, weight) => row[k] * weight).Sum() / foretoldSum)];
        for (var n = 0; n < rows.Length; n++)
        {
            double[] z = [.. rows[n].Zip(mean, (x, m) => x - m)];
            for (var i = 0; i < z.Length; i++)
            {
                score[i] += errors[n] / errorSum * z[i];
                for (var j = 0; j < z.Length; j++)
                {
                    information[i, j] += foretold[n] / foretoldSum * z[i] * z[j];
                }
            }
        }
    }

    private static double Prior(int octave, int own) => octave == own ? 1 : 0;

    private static double Dot(IReadOnlyList<double> a, IReadOnlyList<double> b) => a.Zip(b, (x, y) => x * y).Sum();
}
