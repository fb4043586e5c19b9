using Flex.Fields.Grids;
using Flex.Fields.Tests.DataSets;

namespace Flex.Fields.Tests.Grids;

public sealed class AdvectionTests
{
    private const int Height = 24, Width = 32;
    private static readonly double Ky = Math.Tau / Height;

    private static float[] Sample(Func<double, double, double> f) => [.. Enumerable.Range(0, Height * Width).Select(i => (float)f(i / Width, i % Width))];

    private static float[] Uniform(float value) => [.. Enumerable.Repeat(value, Height * Width)];

    [Fact]
    public void A_shear_flow_moves_every_row_by_its_own_velocity()
    {
        // ψ = sin(ky·y)/ky: ω = ky·sin(ky·y), u = cos(ky·y), v = 0.
        var displacement = Advection.Trace([], Sample((y, _) => Ky * Math.Sin(Ky * y)), Height, Width, 3);
        Assert.All(displacement.Y, value => Assert.Equal(0, value, 1e-5));
        Assert.All(Sample((y, _) => 3 * Math.Cos(Ky * y)).Zip(displacement.X), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    [Fact]
    public void A_growing_flow_is_extrapolated_to_the_middle_of_the_interval()
    {
        float[] Shear(double strength) => Sample((y, _) => strength * Ky * Math.Sin(Ky * y));
        var displacement = Advection.Trace(Shear(1), Shear(2), Height, Width, 1);
        Assert.All(Sample((y, _) => 2.5 * Math.Cos(Ky * y)).Zip(displacement.X), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    [Fact]
    public void A_steady_flow_carries_its_own_vorticity_into_itself()
    {
        // Eddies in a square lattice of 24 cells: ω is a function of ψ. The midpoint rule and the cubic are exact to third order in time and space.
        static float[] Eddies(double k, int n) => [.. Enumerable.Range(0, n * n).Select(i => (float)(Math.Sin(k * (i / n)) * Math.Sin(k * (i % n))))];
        double Error(int n)
        {
            var vorticity = Eddies(Math.Tau / n, n);
            var displacement = Advection.Trace(vorticity, vorticity, n, n, time: 0.5);
            Assert.True(displacement.X.Max() > 0.5);
            var carried = Advection.Carry(vorticity, n, n, displacement, Window.Whole(n, n));
            return carried.Zip(vorticity, (a, b) => Math.Abs(a - b)).Max();
        }

        Assert.InRange(Error(32), 0, 3e-3);
    }

    [Fact]
    public void Whole_cells_are_an_exact_shift_around_the_edges()
    {
        var field = FieldSamples.Noise(Height, Width);
        var carried = Advection.Carry(field, Height, Width, new(Uniform(5), Uniform(-7)), Window.Whole(Height, Width));
        Assert.Equal(Sample((y, x) => field[((int)(y + Height - 5) % Height * Width) + ((int)(x + 7) % Width)]), carried);
    }

    [Fact]
    public void A_cubic_is_interpolated_exactly()
    {
        static double Cubic(double y, double x) => (0.01 * y * y * y) - (0.2 * x * y) + (0.02 * x * x * x);
        var window = new Window(4, 6, 8, 9);
        var displacement = new Displacement(new float[72], new float[72]);
        Array.Fill(displacement.Y, 0.3f);
        Array.Fill(displacement.X, -1.4f);
        var carried = Advection.Carry(Sample(Cubic), Height, Width, displacement, window);
        Assert.All(Enumerable.Range(0, 72), i => Assert.Equal(Cubic(4 + (i / 9) - 0.3, 6 + (i % 9) + 1.4), carried[i], 1e-4));
    }
}
