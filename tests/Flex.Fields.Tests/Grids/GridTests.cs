using Flex.Fields.Grids;

namespace Flex.Fields.Tests.Grids;

public class GridTests
{
    [Fact]
    public void A_periodic_box_has_no_point_twice()
    {
        var grid = Grid.PeriodicBox(4, 8);
        Assert.Equal([0, Math.PI / 2, Math.PI, 3 * Math.PI / 2], grid.Y.Coordinates());
        Assert.Equal(Math.Tau / 8, grid.X.Spacing);
        Assert.True(grid.Y.Periodic && grid.X.Periodic);
        Assert.Equal((4, 8), (grid.Height, grid.Width));
    }

    [Fact]
    public void Node_registration_keeps_coarse_points()
    {
        var fine = new GridAxis("x", 3, Spacing: 2, Origin: 10).Refine(4, Registration.Node);
        Assert.Equal([10, 10.5, 11, 11.5, 12, 12.5, 13, 13.5, 14], fine.Coordinates());
        Assert.Equal(12, new GridAxis("x", 3, Periodic: true).Refine(4, Registration.Node).Length);
    }

    [Fact]
    public void Cell_registration_keeps_cell_edges()
    {
        // Cells of width 2 around 10, 12, 14 cover 9 … 15, and so do twelve cells of width ½.
        var fine = new GridAxis("x", 3, Spacing: 2, Origin: 10).Refine(4, Registration.Cell);
        Assert.Equal((9.25, 14.75), (fine.Coordinates()[0], fine.Coordinates()[^1]));
        Assert.Equal(12, fine.Length);
    }

    [Fact]
    public void Striding_undoes_refinement_of_nodes()
    {
        var grid = Grid.PeriodicBox(6, 10);
        Assert.Equal(grid, grid.Refine(4).Stride(4));
        Assert.Equal(4, new GridAxis("x", 10).Stride(3).Length);

        // From pole to pole, and not beyond.
        var latitude = new GridAxis("latitude", 73, 2.5, -90);
        Assert.Equal(latitude, latitude.Stride(4).Refine(4, Registration.Node));
    }

    [Fact]
    public void A_periodic_axis_is_divided_evenly_or_not_at_all()
    {
        var error = Assert.Throws<InputException>(() => Grid.PeriodicBox(12, 10).Stride(4));
        Assert.Contains("axis x is periodic with 10 points", error.Message);
    }

    [Fact]
    public void Uniform_coordinates_make_an_axis_even_in_single_precision()
    {
        var longitudes = Enumerable.Range(0, 1440).Select(i => (double)(i * 0.25f)).ToArray();
        var axis = GridAxis.FromCoordinates("longitude", longitudes, "degrees_east");
        Assert.Equal(new GridAxis("longitude", 1440, 0.25, Units: "degrees_east"), axis);
        Assert.Equal(new GridAxis("y", 3, -2, 90), GridAxis.FromCoordinates("y", [90, 88, 86], "1"));
        Assert.Equal(new GridAxis("y", 1, 1, 7), GridAxis.FromCoordinates("y", [7], "1"));
    }

    [Theory]
    [InlineData(0, 1, 3)]
    [InlineData(0, 1, double.NaN)]
    [InlineData(0, double.NaN, 2)]
    [InlineData(5, 5, 5)]
    public void Other_coordinates_do_not(double a, double b, double c) =>
        Assert.Null(GridAxis.FromCoordinates("x", [a, b, c], "1"));

    [Theory]
    [InlineData(0, 0, 3, 5, true)]
    [InlineData(2, 4, 1, 1, true)]
    [InlineData(0, 0, 0, 5, false)]
    [InlineData(-1, 0, 1, 1, false)]
    [InlineData(0, 3, 1, 3, false)]
    [InlineData(int.MaxValue, 0, 1, 1, false)]
    public void Windows_know_whether_they_fit(int y, int x, int height, int width, bool fits) =>
        Assert.Equal(fits, new Window(y, x, height, width).LiesIn(3, 5));

    [Fact]
    public void Rows_of_an_array()
    {
        var field = new ArrayField(new float[] { 1, 2, 3, 4, 5, 6 }, 2, 3);
        var row = new float[2];
        field.ReadRow(1, 1, row);
        Assert.Equal([5f, 6f], row);
        Assert.Throws<ArgumentException>(() => new ArrayField(new float[5], 2, 3));
    }
}
