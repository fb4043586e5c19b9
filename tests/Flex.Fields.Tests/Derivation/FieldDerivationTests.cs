using Flex.Fields.DataSets;
using Flex.Fields.Derivation;
using Flex.Fields.NetCdf;
using Flex.IO;

namespace Flex.Fields.Tests.Derivation;

public sealed class FieldDerivationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public FieldDerivationTests() => ReferenceTool.NcGen(_folder["winds.nc"], "classic", """
        netcdf winds {
        dimensions: lon = 4 ; lat = 2 ; level = 2 ; time = UNLIMITED ;
        variables:
          double lon(lon) ; lon:units = "degrees_east" ;
          double lat(lat) ; lat:units = "degrees_north" ;
          double time(time) ; time:units = "days since 2000-01-01" ;
          float u(time, lat, lon) ; u:units = "M/S" ; u:long_name = "ZONAL WIND" ; u:missing_value = -99.f ;
          float v(time, lat, lon) ; v:units = "M/S" ;
          float t(time, level) ;
          float top(lat, lon) ;
        data:
          lon = 0, 90, 180, 270 ; lat = -45, 45 ; time = 10, 40, 70 ;
          u = 1,2,3,4, 5,6,7,8,  -99,2,2,4, 1,1,1,1,  1,1,1,1, 0,0,0,0 ;
          v = 3,2,1,0, 0,0,0,0,  3,2,2,2, 1,1,1,1,  0,0,0,0, 2,2,2,2 ;
          t = 0, 0, 0, 0, 0, 0 ; top = 0, 0, 0, 0, 0, 0, 0, 0 ;
        }
        """);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Kinetic_energy_is_half_the_square_of_the_speed_with_coordinates_and_units()
    {
        var (spec, missing) = Derive(new DerivationSettings { KineticEnergy = ("u", "v"), Keep = ["v"], Times = new(0, 0) });
        Assert.Equal(["ke", "v"], spec.Fields.Select(f => f.Name));
        Assert.Empty(missing);

        using var file = FieldFile.Open(_folder["out.nc"]);
        Assert.Equal("ke(time=1, lat=2, lon=4)", file.Variable("ke").ToString());
        Assert.Equal([5, 4, 5, 8, 12.5f, 18, 24.5f, 32], Read(file, "ke", 0));
        Assert.Equal([3, 2, 1, 0, 0, 0, 0, 0], Read(file, "v", 0));
        Assert.Equal(("m2 s-2", "m s-1"), (file.Variable("ke").Units, file.Variable("v").Units));
        Assert.Equal(("days since 2000-01-01", 10), (file.Coordinate("time")!.Units, file.Coordinate("time")!.Values[0]));
        Assert.Equal((360.0, null), (file.Coordinate("lon")!.Modulo, file.Coordinate("lat")!.Modulo));
        Assert.Equal("made for a test", file.Attributes["history"].Text);
    }

    [Fact]
    public void Times_are_chosen_by_index_from_either_end()
    {
        Derive(new DerivationSettings { Keep = ["u"], Times = new(-2, -1) });
        using var file = FieldFile.Open(_folder["out.nc"]);
        Assert.Equal([40, 70], file.Coordinate("time")!.Values);
        Assert.Equal([1, 1, 1, 1, 0, 0, 0, 0], Read(file, "u", 1));
    }

    [Fact]
    public void What_is_missing_is_counted_and_stays_missing()
    {
        var (_, missing) = Derive(new DerivationSettings { KineticEnergy = ("u", "v"), Times = new(0, 1) });
        Assert.Equal([new MissingCount("u", 1, 1)], missing);
        using var file = FieldFile.Open(_folder["out.nc"]);
        Assert.Equal([float.NaN, 4, 4, 10, 1, 1, 1, 1], Read(file, "ke", 1));
    }

    /// <summary>The neighbours of the hole are 2 to the right, 4 around the circle and 1 above.</summary>
    [Fact]
    public void What_is_missing_is_filled_before_it_is_used()
    {
        var (_, missing) = Derive(new DerivationSettings { KineticEnergy = ("u", "v"), Keep = ["u"], Fill = true });
        Assert.Equal([new MissingCount("u", 1, 1)], missing);
        using var file = FieldFile.Open(_folder["out.nc"]);
        Assert.Equal(7f / 3, Read(file, "u", 1)[0]);
        Assert.Equal(((49f / 9) + 9) / 2, Read(file, "ke", 1)[0], 1e-6f);
    }

    [Fact]
    public void Bad_requests_are_refused()
    {
        void Refused(DerivationSettings settings, string word) =>
            Assert.Contains(word, Assert.Throws<InputException>(() => Derive(settings)).Message, StringComparison.Ordinal);

        Refused(new DerivationSettings(), "nothing is asked for");
        Refused(new DerivationSettings { Keep = ["w"] }, "no variable 'w'");
        Refused(new DerivationSettings { Keep = ["u", "top"] }, "different dimensions");
        Refused(new DerivationSettings { Keep = ["u"], Times = new(0, 3) }, "select nothing of the 3 times");
        Assert.Equal(["winds.nc", "winds.nc.cdl"], _folder.Files);
    }

    private (OutputSpec Spec, IReadOnlyList<MissingCount> Missing) Derive(DerivationSettings settings)
    {
        using var derivation = new FieldDerivation(_folder["winds.nc"], settings);
        return derivation.Write(
            _folder["out.nc"], new Dictionary<string, string> { ["history"] = "made for a test" }, new Dictionary<string, double>(), NoProgress.Instance, default);
    }

    private static float[] Read(FieldFile file, string variable, int time)
    {
        var values = new float[8];
        file.Variable(variable).Read([time, 0, 0], [1, 2, 4], values);
        return values;
    }
}
