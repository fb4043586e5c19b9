using System.Numerics;
using Flex.Fields.Solvers;

namespace Flex.Fields.Tests.Solvers;

public class PairTransformTests
{
    private const int N = 32;

    [Fact]
    public void Modes_become_the_waves_they_stand_for()
    {
        var grid = new SpectralGrid(N);
        var (a, b) = (new SpectralField<double>(grid), new SpectralField<double>(grid));
        a[3, -2] = new Complex(0.5, 0); // cos(3x − 2y)
        b[0, 4] = new Complex(0, -0.5); // sin(4y)
        b[-10, 1] = new Complex(0, -0.5); // sin(−10x + y)
        var (pointsA, pointsB) = (new double[N * N], new double[N * N]);
        new PairTransform<double>(grid).ToGrid(a, b, pointsA, pointsB);
        ForEachPoint((x, y, i) =>
        {
            Assert.Equal(Math.Cos((3 * x) - (2 * y)), pointsA[i], 1e-13);
            Assert.Equal(Math.Sin(4 * y) + Math.Sin(y - (10 * x)), pointsB[i], 1e-13);
        });
    }

    [Fact]
    public void Fields_come_back_without_the_modes_beyond_the_cutoff()
    {
        var grid = new SpectralGrid(N);
        Assert.Equal(10, grid.Cutoff);
        var (pointsA, pointsB) = (new double[N * N], new double[N * N]);
        ForEachPoint((x, y, i) =>
        {
            pointsA[i] = 7 + Math.Cos(5 * x) + Math.Cos(11 * y);
            pointsB[i] = Math.Sin((2 * x) + y) + Math.Sin(12 * x);
        });
        var (a, b) = (new SpectralField<double>(grid), new SpectralField<double>(grid));
        var transform = new PairTransform<double>(grid);
        transform.FromGrid(pointsA, pointsB, a, b);
        Assert.Equal(7, a[0, 0].Real, 1e-13);
        transform.ToGrid(a, b, pointsA, pointsB);
        ForEachPoint((x, y, i) =>
        {
            Assert.Equal(7 + Math.Cos(5 * x), pointsA[i], 1e-13);
            Assert.Equal(Math.Sin((2 * x) + y), pointsB[i], 1e-13);
        });
    }

    [Fact]
    public void Rounding_errors_at_kx_0_do_not_leak_from_one_field_into_the_other()
    {
        var grid = new SpectralGrid(N);
        var (a, b) = (new SpectralField<double>(grid), new SpectralField<double>(grid));
        a[0, 3] = 1;
        a.Im[grid.RowOf(3) * grid.Pitch] = 0.25; // no real field has this without its mirror image
        var (pointsA, pointsB) = (new double[N * N], new double[N * N]);
        new PairTransform<double>(grid).ToGrid(a, b, pointsA, pointsB);
        Assert.All(pointsB, value => Assert.Equal(0, value));
    }

    private static void ForEachPoint(Action<double, double, int> visit)
    {
        for (var i = 0; i < N * N; i++)
        {
            visit(2 * Math.PI * (i % N) / N, 2 * Math.PI * (i / N) / N, i);
        }
    }
}
