namespace Flex.Fields.DataSets;

/// <summary>Linear least squares for a handful of unknowns.</summary>
internal static class LeastSquares
{
    // Relative to the diagonal: a column that is a combination of others (too few or too equal snapshots) gets coefficient 0.
    private const double Ridge = 1e-10;

    /// <summary>The x that minimises ‖Ax − b‖², by the normal equations and a Cholesky factorisation.</summary>
    /// <param name="rows">Rows of A, at least one.</param>
    /// <param name="b">As many values as rows.</param>
    public static double[] Solve(IReadOnlyList<double[]> rows, IReadOnlyList<double> b)
    {
        var n = rows[0].Length;
        var normal = new double[n, n];
        var x = new double[n];
        for (var k = 0; k < rows.Count; k++)
        {
            for (var i = 0; i < n; i++)
            {
                x[i] += rows[k][i] * b[k];
                for (var j = 0; j < n; j++)
                {
                    normal[i, j] += rows[k][i] * rows[k][j];
                }
            }
        }

        for (var i = 0; i < n; i++)
        {
            normal[i, i] *= 1 + Ridge;
            for (var j = 0; j <= i; j++)
            {
                for (var k = 0; k < j; k++)
                {
                    normal[i, j] -= normal[i, k] * normal[j, k];
                }

                normal[i, j] = i == j ? Math.Sqrt(normal[i, i]) : normal[i, j] / normal[j, j];
            }

            for (var k = 0; k < i; k++)
            {
                x[i] -= normal[i, k] * x[k];
            }

            x[i] /= normal[i, i];
        }

        for (var i = n - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < n; k++)
            {
                x[i] -= normal[k, i] * x[k];
            }

            x[i] /= normal[i, i];
        }

        return x;
    }
}
