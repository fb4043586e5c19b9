using Flex.Evaluation.Metrics;

namespace Flex.Evaluation.Tests.Metrics;

public class StructureFunctionTests
{
    private static readonly Plane Torus = new(16, 16, true, true, Math.PI / 8, Math.PI / 8);

    /// <summary>f = sin x: ⟨(f(x + r) − f(x))²⟩ = 1 − cos r along x and 0 along y.</summary>
    [Fact]
    public void A_wave_by_hand()
    {
        var function = StructureFunction.Scalar(Field((x, _) => Math.Sin(x)), Torus, 2);
        Assert.Equal([1, 2, 4, 8], function.Separations);
        Assert.All(function.Separations.Zip(function.Values), pair => Assert.Equal((1 - Math.Cos(pair.First * Math.PI / 8)) / 2, pair.Second, 6));
    }

    /// <summary>A ramp on a bounded grid: increments 3r along x and −r along y; the signs count in odd orders.</summary>
    [Fact]
    public void A_ramp_has_the_powers_of_its_slopes()
    {
        var grid = new Plane(4, 4, false, false);
        float[] ramp = [.. Enumerable.Range(0, 16).Select(i => (float)((3 * (i % 4)) - (i / 4)))];
        Assert.Equal([(27 + 1) / 2.0, 8 * (27 + 1) / 2.0], StructureFunction.Scalar(ramp, grid, 3).Values);
        Assert.Equal([(27 - 1) / 2.0, 8 * (27 - 1) / 2.0], StructureFunction.Longitudinal(ramp, ramp, grid, 3).Values);
        Assert.Equal([(27 + 1) / 2.0, 8 * (27 + 1) / 2.0], StructureFunction.Longitudinal(ramp, ramp, grid with { SpacingY = -1 }, 3).Values);
        Assert.Equal([(9 + 1) / 2.0, 4 * (9 + 1) / 2.0], StructureFunction.Longitudinal(ramp, ramp, grid, 2).Values);
    }

    [Fact]
    public void Longitudinal_takes_each_component_along_its_own_axis()
    {
        // u varies along y only and v along x only: a shear has no longitudinal increments.
        var function = StructureFunction.Longitudinal(Field((_, y) => Math.Sin(y)), Field((x, _) => Math.Sin(x)), Torus, 2);
        Assert.All(function.Values, value => Assert.Equal(0, value, 12));
    }

    [Fact]
    public void Missing_values_take_their_pairs_out()
    {
        var field = new float[16];
        field[0] = 7;
        var known = StructureFunction.Scalar(field, new Plane(4, 4, false, false), 2);
        Assert.Equal(2 * 49 / 24.0, known.Values[0], 12);
        field[0] = float.NaN;
        Assert.Equal([0, 0], StructureFunction.Scalar(field, new Plane(4, 4, false, false), 2).Values);
    }

    [Fact]
    public void Wrong_sizes_and_orders_are_refused()
    {
        Assert.Throws<ArgumentException>(() => StructureFunction.Scalar(new float[3], Torus, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => StructureFunction.Scalar(new float[256], Torus, 0));
    }

    private static float[] Field(Func<double, double, double> value) =>
        [.. Enumerable.Range(0, 256).Select(i => (float)value(i % 16 * Math.PI / 8, i / 16 * Math.PI / 8))];
}
