using Flex.Fields.Solvers;

namespace Flex.Fields.Tests.Solvers;

public class VorticityEquationTests
{
    // ω = cos(ax) + cos(by) gives u = −sin(by)/b, v = sin(ax)/a and u·∇ω = (a/b − b/a)·sin(ax)·sin(by).
    [Theory]
    [InlineData(1, 2)]
    [InlineData(5, 3)]
    public void Advection_of_crossed_waves(int a, int b)
    {
        var grid = new SpectralGrid(32);
        var equation = new VorticityEquation<double>(grid, new FlowParameters(0));
        var (vorticity, tendency) = (new SpectralField<double>(grid), new SpectralField<double>(grid));
        vorticity[a, 0] = 0.5;
        vorticity[0, b] = 0.5;
        var speed = equation.Evaluate(vorticity, tendency);

        // −u·∇ω = c·sin(ax)·sin(by) with c = b/a − a/b: coefficient −c/4 at (a, b) and c/4 at (a, −b).
        var c = ((double)b / a) - ((double)a / b);
        Assert.Equal(-c / 4, tendency[a, b].Real, 1e-14);
        Assert.Equal(c / 4, tendency[a, -b].Real, 1e-14);
        Assert.Equal(2 * c * c / 16, Invariants.Of(tendency).Enstrophy, 1e-13); // nothing else
        Assert.InRange(speed, 0.9 * ((1.0 / a) + (1.0 / b)), (1.0 / a) + (1.0 / b));
    }

    [Fact]
    public void Velocity_is_the_rotated_gradient_of_the_stream_function()
    {
        var grid = new SpectralGrid(16);
        var equation = new VorticityEquation<double>(grid, new FlowParameters(0));
        SpectralField<double> vorticity = new(grid), u = new(grid), v = new(grid);
        vorticity[3, 4] = 1;
        equation.Velocity(vorticity, u, v);
        Assert.Equal(4.0 / 25, u[3, 4].Imaginary, 1e-15);
        Assert.Equal(-3.0 / 25, v[3, 4].Imaginary, 1e-15);
    }

    [Theory]
    [InlineData(-1, 0, 0, 1, "viscosity")]
    [InlineData(double.NaN, 0, 0, 1, "viscosity")]
    [InlineData(0, -0.1, 0, 1, "drag")]
    [InlineData(0, 0, double.PositiveInfinity, 1, "amplitude")]
    [InlineData(0, 0, 1, 0, "wavenumber")]
    [InlineData(0, 0, 1, 6, "wavenumber")]
    public void Parameters_out_of_range_are_named(double viscosity, double drag, double amplitude, int wavenumber, string name)
    {
        var flow = new FlowParameters(viscosity, drag, new KolmogorovForcing(amplitude, wavenumber));
        var error = Assert.Throws<InputException>(() => new VorticityEquation<double>(new SpectralGrid(16), flow));
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }
}
