using Flex.Torch;
using MathNet.Numerics.LinearAlgebra;

namespace Flex.Diffusion.Calibration;

/// <summary>
/// Fits a <see cref="LocalLaw"/>: the squared error of the ensemble mean in a cell is foretold as a_t · q_1^(1 + c_1) · q_2^c_2 with a level a_t of each tile's own, by the
/// likelihood of the exponential law with a_t at its best (a gamma model of any shape has the same maximum; McCullagh and Nelder 1989, Generalized Linear Models, §8.3). The
/// fields weigh the same, and c is drawn to 0 as if by one field that knew it.
/// </summary>
internal sealed class LocalFit
{
    // Cells are taken together in squares of this side: neighbours say the same.
    private const int Square = 4;

    private readonly List<Tile[]> _fields = [];

    private sealed record Tile(float[] Errors, float[] Variance, float[] Curvature);

    /// <summary>Adds the tiles of one field.</summary>
    /// <param name="variance">The members' variance, (B, C, P, P).</param>
    /// <param name="mean">Their mean, (B, C, P, P).</param>
    /// <param name="squares">The squares of its error, (B, C, P, P).</param>
    public void Add(Tensor variance, Tensor mean, Tensor squares)
    {
        using var scope = new TensorScope();
        var (own, curvature) = LocalLaw.Features(variance, mean);
        var tiles = (int)(mean.Size(0) * mean.Size(1));
        var (errors, variances, curvatures) = (Cells(squares), Cells(own), Cells(curvature));
        _fields.Add([.. Enumerable.Range(0, tiles).Where(t => errors[t].Sum() > 0).Select(t => new Tile(errors[t], variances[t], curvatures[t]))]);

        float[][] Cells(Tensor x)
        {
            var cells = Functional.AvgPool2d(x, Square).ToArray<float>();
            return [.. cells.Chunk(cells.Length / tiles)];
        }
    }

    /// <summary>The law that fits best what was added.</summary>
    /// <returns>The law; of nothing the one that changes nothing.</returns>
    public LocalLaw Fit()
    {
        // The logarithm of the likelihood is concave in c.
        var c = NewtonMethod.Maximise(Vector<double>.Build.Dense(2), c =>
        {
            var (score, information) = (-c, Matrix<double>.Build.DenseIdentity(2));
            foreach (var field in _fields)
            {
                foreach (var tile in field)
                {
                    Add(tile, c, 1.0 / field.Length, score, information);
                }
            }

            return (score, information);
        });
        return new LocalLaw(c[0], c[1]);
    }

    // Of ln mean(e²·e^−η) + mean η, η = (1 + c_1)·z_1 + c_2·z_2, the slopes (the other sign) and the curvatures: moments of z under the weights e²·e^−η.
    private static void Add(Tile tile, Vector<double> c, double share, Vector<double> score, Matrix<double> information)
    {
        double sum = 0, own = 0, curvature = 0, ownOwn = 0, ownCurvature = 0, curvatureCurvature = 0, meanOwn = 0, meanCurvature = 0;
        for (var i = 0; i < tile.Errors.Length; i++)
        {
            var (z1, z2) = (tile.Variance[i], tile.Curvature[i]);
            var weight = tile.Errors[i] * Math.Exp(-((1 + c[0]) * z1) - (c[1] * z2));
            sum += weight;
            own += weight * z1;
            curvature += weight * z2;
            ownOwn += weight * z1 * z1;
            ownCurvature += weight * z1 * z2;
            curvatureCurvature += weight * z2 * z2;
            meanOwn += z1;
            meanCurvature += z2;
        }

        var n = tile.Errors.Length;
        score[0] += share * ((own / sum) - (meanOwn / n));
        score[1] += share * ((curvature / sum) - (meanCurvature / n));
        information[0, 0] += share * ((ownOwn / sum) - Math.Pow(own / sum, 2));
        information[1, 1] += share * ((curvatureCurvature / sum) - Math.Pow(curvature / sum, 2));
        information[0, 1] += share * ((ownCurvature / sum) - (own / sum * (curvature / sum)));
        information[1, 0] = information[0, 1];
    }
}
