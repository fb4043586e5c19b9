using Flex.Evaluation.Metrics;

namespace Flex.Evaluation.Tests.Metrics;

public class DivergenceTests
{
    private const int Height = 12;
    private const int Width = 16;

    private static readonly Plane Torus = new(Height, Width, true, true, 2 * Math.PI / Height, 2 * Math.PI / Width);

    /// <summary>u = cos x sin y, v = −sin x cos y has none, and central differences of it cancel where the spacings are equal.</summary>
    [Fact]
    public void Vortices_have_none()
    {
        var square = new Plane(Width, Width, true, true, Torus.SpacingX, Torus.SpacingX);
        var divergence = Divergence.Of(
            Field(square, (x, y) => Math.Cos(x) * Math.Sin(y)), Field(square, (x, y) => -Math.Sin(x) * Math.Cos(y)), square);
        Assert.Equal(0, divergence.Relative, 1e-6);
        Assert.Equal(Width * Width, divergence.Points);
    }

    /// <summary>u = sin x, v = 0: ⟨(∂u/∂x)²⟩ = ½, times the square of sin(h)/h that central differences make of it.</summary>
    [Fact]
    public void A_compression_by_hand()
    {
        var divergence = Divergence.Of(Field(Torus, (x, _) => Math.Sin(x)), new float[Height * Width], Torus);
        Assert.Equal(Math.Sqrt(0.5) * Math.Sin(Torus.SpacingX) / Torus.SpacingX, divergence.Rms, 6);
        Assert.Equal(1, divergence.Relative, 12);
    }

    /// <summary>Linear fields u = 2x + 3y, v = 5x + 4y are exact inside: 2 + 4 over √(4 + 9 + 25 + 16); edges have no neighbours.</summary>
    [Fact]
    public void A_bounded_grid_loses_its_edges_and_may_go_down()
    {
        var grid = Torus with { PeriodicX = false, PeriodicY = false, SpacingY = -0.5 };
        var divergence = Divergence.Of(Field(grid, (x, y) => (2 * x) + (3 * y)), Field(grid, (x, y) => (5 * x) + (4 * y)), grid);
        Assert.Equal((Height - 2) * (Width - 2), divergence.Points);
        Assert.Equal(6, divergence.Rms, 5);
        Assert.Equal(6 / Math.Sqrt(54), divergence.Relative, 6);
    }

    [Fact]
    public void A_missing_value_takes_its_neighbours_with_it()
    {
        var u = Field(Torus, (x, _) => Math.Sin(x));
        u[(5 * Width) + 5] = float.NaN;
        Assert.Equal((Height * Width) - 4, Divergence.Of(u, u, Torus).Points);
    }

    [Fact]
    public void Fields_of_another_size_are_refused() =>
        Assert.Throws<ArgumentException>(() => Divergence.Of(new float[3], new float[3], Torus));

    private static float[] Field(Plane grid, Func<double, double, double> value) =>
        [.. Enumerable.Range(0, grid.Height * grid.Width).Select(i => (float)value(i % grid.Width * grid.SpacingX, i / grid.Width * grid.SpacingY))];
}
