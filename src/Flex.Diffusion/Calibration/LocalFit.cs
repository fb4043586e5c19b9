using Flex.Torch;
using MathNet.Numerics.LinearAlgebra;

namespace Flex.Diffusion.Calibration;

/// <summary>
/// Fits a <see cref="LocalLaw"/>: the squared error of the ensemble mean in a cell is foretold as a_t · q_1^(1 + c_1) · q_2^c_2 · q_3^(1 + c_3) with a level a_t of each tile's own, by the
/// likelihood of the exponential law with a_t at its best (a gamma model of any shape has the same maximum; McCullagh and Nelder 1989, Generalized Linear Models, §8.3). The
/// fields weigh the same, and c is drawn to 0 as if by one field that knew it.
/// </summary>
public sealed class LocalFit
{
    private const int Exponents = 3;

    // What the members' own variance has without any correction: it is q_1 · q_3.
    private static readonly double[] Uncorrected = [1, 0, 1];

    private readonly List<Tile[]> _fields = [];

    private sealed record Tile(float[] Errors, float[][] Features);

    /// <summary>Adds the tiles of one field, drawn with a correction. All fields weigh the same.</summary>
    /// <inheritdoc cref="OctaveFit.Add"/>
    public void Add(IReadOnlyList<Tensor> members, Tensor truth, IReadOnlyList<double> field)
    {
        ArgumentNullException.ThrowIfNull(members);
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentOutOfRangeException.ThrowIfLessThan(members.Count, 2);
        using var scope = new TensorScope();
        var mean = TileSpectra.Mean(members);
        Add(TileSpectra.SampleVariance([.. members.Select(member => member - mean)]), mean, (truth - mean).Square());
    }

    /// <summary>Adds the tiles of one field.</summary>
    /// <param name="variance">The members' variance, (B, C, P, P).</param>
    /// <param name="mean">Their mean, (B, C, P, P).</param>
    /// <param name="squares">The squares of its error, (B, C, P, P).</param>
    internal void Add(Tensor variance, Tensor mean, Tensor squares)
    {
        using var scope = new TensorScope();
        var tiles = (int)(mean.Size(0) * mean.Size(1));
        var (errors, features) = (Cells(squares), LocalLaw.Features(variance, mean).Select(Cells).ToArray());
        _fields.Add([.. Enumerable.Range(0, tiles).Where(t => errors[t].Sum() > 0).Select(t => new Tile(errors[t], [.. features.Select(feature => feature[t])]))]);

        float[][] Cells(Tensor x)
        {
            var cells = x.ToArray<float>();
            return [.. cells.Chunk(cells.Length / tiles)];
        }
    }

    /// <summary>The law that fits best what was added.</summary>
    /// <returns>The law; of nothing the one that changes nothing.</returns>
    public LocalLaw Fit()
    {
        // The logarithm of the likelihood is concave in c.
        var c = NewtonMethod.Maximise(Vector<double>.Build.Dense(Exponents), c =>
        {
            var (score, information) = (-c, Matrix<double>.Build.DenseIdentity(Exponents));
            foreach (var field in _fields)
            {
                foreach (var tile in field)
                {
                    Add(tile, c, 1.0 / field.Length, score, information);
                }
            }

            return (score, information);
        });
        return new LocalLaw(c[0], c[1], c[2]);
    }

    // Of ln mean(e²·e^−η) + mean η, η = Σ (u_k + c_k)·z_k, the slopes (the other sign) and the curvatures: moments of z under the weights e²·e^−η.
    private static void Add(Tile tile, Vector<double> c, double share, Vector<double> score, Matrix<double> information)
    {
        var sum = 0.0;
        Span<double> z = stackalloc double[Exponents], first = stackalloc double[Exponents], second = stackalloc double[Exponents * Exponents], mean = stackalloc double[Exponents];
        for (var i = 0; i < tile.Errors.Length; i++)
        {
            var eta = 0.0;
            for (var k = 0; k < Exponents; k++)
            {
                z[k] = tile.Features[k][i];
                eta += (Uncorrected[k] + c[k]) * z[k];
                mean[k] += z[k];
            }

            var weight = tile.Errors[i] * Math.Exp(-eta);
            sum += weight;
            for (var k = 0; k < Exponents; k++)
            {
                first[k] += weight * z[k];
                for (var l = 0; l < Exponents; l++)
                {
                    second[(k * Exponents) + l] += weight * z[k] * z[l];
                }
            }
        }

        for (var k = 0; k < Exponents; k++)
        {
            score[k] += share * ((first[k] / sum) - (mean[k] / tile.Errors.Length));
            for (var l = 0; l < Exponents; l++)
            {
                information[k, l] += share * ((second[(k * Exponents) + l] / sum) - (first[k] / sum * (first[l] / sum)));
            }
        }
    }
}
