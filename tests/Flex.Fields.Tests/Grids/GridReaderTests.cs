using Flex.Fields.Grids;
using Flex.Fields.NetCdf;

namespace Flex.Fields.Tests.Grids;

public sealed class GridReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_globe_is_periodic_in_longitude_only()
    {
        var grid = Read("float latitude(latitude); latitude:units = \"degrees_north\"; float longitude(longitude); longitude:units = \"degrees_east\";", "latitude = 60, 0, -60; longitude = 0, 90, 180, 270;");
        Assert.Equal(new GridAxis("latitude", 3, -60, 60, Periodic: false, "degrees_north"), grid.Y);
        Assert.Equal(new GridAxis("longitude", 4, 90, 0, Periodic: true, "degrees_east"), grid.X);
    }

    [Fact]
    public void A_region_of_the_globe_is_not_periodic() =>
        Assert.False(Read("float longitude(longitude); longitude:units = \"degrees_east\";", "longitude = 0, 10, 20, 30;").X.Periodic);

    [Fact]
    public void The_modulo_attribute_makes_an_axis_periodic()
    {
        const string Variables = "float latitude(latitude); latitude:modulo = 3.; float longitude(longitude); longitude:modulo = 3.;";
        var grid = Read(Variables, "latitude = 0, 1, 2; longitude = 0, 1, 2, 3;");
        Assert.Equal((true, false), (grid.Y.Periodic, grid.X.Periodic));
        grid = Read(Variables, "latitude = 0, 1, 2; longitude = 0, 1, 2, 3;", periodic: true);
        Assert.Equal((true, true), (grid.Y.Periodic, grid.X.Periodic));
    }

    [Fact]
    public void Without_coordinates_points_are_counted()
    {
        var grid = Read("", "");
        Assert.Equal(new Grid(new GridAxis("latitude", 3), new GridAxis("longitude", 4)), grid);
    }

    [Fact]
    public void Coordinates_that_are_not_uniform_are_counted_with_a_warning()
    {
        var warnings = new List<string>();
        var grid = Read("float latitude(latitude);", "latitude = 0, 1, 5;", warn: warnings.Add);
        Assert.Equal(new GridAxis("latitude", 3), grid.Y);
        Assert.Contains("coordinates latitude of", Assert.Single(warnings));
    }

    private Grid Read(string variables, string data, bool? periodic = null, Action<string>? warn = null)
    {
        var path = _folder["grid.nc"];
        ReferenceTool.NcGen(path, "classic", $"netcdf g {{ dimensions: latitude = 3; longitude = 4; variables: float w(latitude, longitude); {variables} data: w = 0; {data} }}");
        using var file = FieldFile.Open(path);
        return file.Field("w").Grid(periodic, warn: warn);
    }
}
