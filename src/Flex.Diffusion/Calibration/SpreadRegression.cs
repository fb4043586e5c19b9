using MathNet.Numerics.LinearAlgebra;

namespace Flex.Diffusion.Calibration;

/// <summary>The error that an octave's spread should have: e^<see cref="Level"/> · Π v_k^b_k.</summary>
/// <param name="Level">a.</param>
/// <param name="Exponents">b_k of every octave k.</param>
internal sealed record SpreadLaw(double Level, IReadOnlyList<double> Exponents);

/// <summary>
/// The law of an octave's error by a generalised linear model with logarithmic link (McCullagh and Nelder 1989, Generalized Linear Models, §2.5 and §9.2):
/// within a field the variance of errors is in proportion to their mean, so that the sums are right, as spread/skill has it; fields of calm and
/// of wild flows weigh the same. Exponents are drawn towards "the own octave's variance and nothing else" (ridge, Hoerl and Kennard 1970,
/// Technometrics 12, 55–67), as strongly as foretells best the sums of fields that were left out.
/// </summary>
internal static class SpreadRegression
{
    private const int MostFolds = 8, FewestFolds = 3;
    private const double ForFewFields = 1;

    private static readonly double[] Penalties = [0.01, 0.1, 1, 10, 100];

    /// <summary>The tiles of one field.</summary>
    /// <param name="Logs">ln v by tile and octave.</param>
    /// <param name="Errors">The error of each tile in the octave at hand.</param>
    internal sealed record Field(double[][] Logs, double[] Errors);

    /// <summary>Fits.</summary>
    /// <param name="fields">The fields; without any error the spread stays as it is.</param>
    /// <param name="own">The octave at hand.</param>
    /// <param name="octaves">How many there are.</param>
    /// <returns>The law.</returns>
    public static SpreadLaw Fit(IReadOnlyList<Field> fields, int own, int octaves)
    {
        if (fields.Sum(field => field.Errors.Sum()) == 0)
        {
            return new SpreadLaw(0, [.. Enumerable.Range(0, octaves).Select(k => k == own ? 1.0 : 0)]);
        }

        return Solve(fields, own, fields.Count < FewestFolds ? ForFewFields : Penalties.MinBy(penalty => LeftOut(fields, own, penalty)));
    }

    // The sum over fields of (ln of their error's sum over the foretold one)², each foretold from those of other folds.
    private static double LeftOut(IReadOnlyList<Field> fields, int own, double penalty)
    {
        var folds = Math.Min(fields.Count, MostFolds);
        return Enumerable.Range(0, folds).Sum(fold =>
        {
            var law = Solve([.. fields.Where((_, i) => i % folds != fold)], own, penalty);
            return fields.Where((field, i) => i % folds == fold && field.Errors.Sum() > 0).Sum(field =>
            {
                var foretold = field.Logs.Sum(logs => Math.Exp(law.Level + logs.Zip(law.Exponents, (x, b) => x * b).Sum()));
                return Math.Pow(Math.Log(field.Errors.Sum() / foretold), 2);
            });
        });
    }

    private static SpreadLaw Solve(IReadOnlyList<Field> fields, int own, double penalty)
    {
        var logs = fields.SelectMany(field => field.Logs).ToArray();
        var octaves = logs[0].Length;
        double[] centre = [.. Enumerable.Range(0, octaves).Select(k => logs.Average(row => row[k]))];
        double[] scale = [.. Enumerable.Range(0, octaves).Select(k => Math.Sqrt(logs.Average(row => Math.Pow(row[k] - centre[k], 2))))];
        var rows = fields.Select(field => field.Logs.Select(row => (double[])[1, .. row.Select((x, k) => scale[k] > 1e-9 ? (x - centre[k]) / scale[k] : 0)]).ToArray()).ToArray();

        double[] prior = [Math.Log(fields.Sum(field => field.Errors.Sum()) / logs.Sum(row => Math.Exp(row[own]))) + centre[own], .. scale.Select((s, k) => k == own ? s : 0)];
        var theta = NewtonMethod.Maximise(Vector<double>.Build.DenseOfArray(prior), theta =>
        {
            var score = Vector<double>.Build.Dense(theta.Count, i => i == 0 ? 0 : penalty * logs.Length * (prior[i] - theta[i]));
            var information = Matrix<double>.Build.Dense(theta.Count, theta.Count, (i, j) => i == j && i > 0 ? penalty * logs.Length : 0);
            for (var f = 0; f < rows.Length; f++)
            {
                Add(rows[f], fields[f].Errors, [.. theta], score, information);
            }

            return (score, information);
        });

        double[] exponents = [.. Enumerable.Range(0, octaves).Select(k => scale[k] > 1e-9 ? theta[k + 1] / scale[k] : k == own ? 1 : 0)];
        return new SpreadLaw(theta[0] - exponents.Zip(centre, (b, x) => b * x).Sum(), exponents);
    }

    // What one field adds to the score and to the information.
    private static void Add(double[][] rows, double[] errors, double[] theta, Vector<double> score, Matrix<double> information)
    {
        double[] means = [.. rows.Select(row => Math.Exp(row.Zip(theta, (x, t) => x * t).Sum()))];
        var weight = 1 / means.Average();
        for (var n = 0; n < rows.Length; n++)
        {
            for (var i = 0; i < theta.Length; i++)
            {
                score[i] += weight * (errors[n] - means[n]) * rows[n][i];
                for (var j = 0; j < theta.Length; j++)
                {
                    information[i, j] += weight * means[n] * rows[n][i] * rows[n][j];
                }
            }
        }
    }
}
