using Flex.Fields.Grids;
using Flex.Fields.NetCdf;

namespace Flex.Fields.Tests.NetCdf;

public sealed class FieldFileTests : IDisposable
{
    private const string Cdl = """
        netcdf example {
        dimensions:
          time = UNLIMITED ;
          channel = 2 ;
          y = 2 ;
          x = 3 ;
        variables:
          double time(time) ;
            time:units = "s" ;
          float x(x) ;
            x:units = "m" ;
          float w(time, channel, y, x) ;
            w:units = "1/s" ;
          char label(x) ;
          :title = "an example" ;
          :version = 3, 4 ;
        data:
          time = 0.5, 0.75 ;
          x = 0, 2, 4 ;
          w = 0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15, 100, 101, 102, 103, 104, 105, 110, 111, 112, 113, 114, 115 ;
          label = "abc" ;
        }
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("classic", "netCDF classic")]
    [InlineData("64-bit-offset", "netCDF 64-bit offset")]
    [InlineData("64-bit-data", "netCDF CDF-5")]
    [InlineData("netCDF-4", "netCDF-4")]
    public void Reads_every_kind_of_netcdf(string kind, string format)
    {
        using var file = Example(kind);

        Assert.Equal(format, file.Format);
        Assert.Equal("an example", file.Attributes["title"].Text);
        Assert.Equal([3.0, 4.0], file.Attributes["version"].Numbers);
        Assert.Equal(["time", "x", "w", "label"], file.Variables.Select(v => v.Name));
        var w = file.Variable("w");
        Assert.Equal(NetCdfType.Float32, w.Type);
        Assert.Equal("1/s", w.Units);
        Assert.Equal("w(time=2, channel=2, y=2, x=3)", w.ToString());

        var block = new float[4];
        Assert.Equal(0, w.Read([1, 0, 0, 1], [1, 2, 1, 2], block));
        Assert.Equal([101f, 102f, 111f, 112f], block);
        var exact = new double[2];
        w.Read([0, 1, 1, 0], [1, 1, 1, 2], exact);
        Assert.Equal([13.0, 14.0], exact);
    }

    [Fact]
    public void A_field_is_seen_by_time_and_channel()
    {
        using var file = Example("classic");
        var field = file.Field("w");
        Assert.Equal((2, 2, 2, 3), (field.Times, field.Channels, field.Height, field.Width));

        var window = new float[2];
        field.ReadWindow(1, 1, new Window(0, 2, 2, 1), window);
        Assert.Equal([112f, 115f], window);
        var row = new float[2];
        field.At(0, 1).ReadRow(1, 1, row);
        Assert.Equal([14f, 15f], row);
        Assert.Equal([0.5, 0.75], field.TimeCoordinate!.Values);
        Assert.Equal("m", field.XCoordinate!.Units);
        Assert.Null(field.YCoordinate);
    }

    [Theory]
    [InlineData("y, x", 1, 1, 5f)]
    [InlineData("time, y, x", 2, 1, 11f)]
    [InlineData("member, y, x", 1, 2, 11f)]
    [InlineData("member, time, y, x", 2, 2, 23f)]
    [InlineData("time, channel, y, x", 2, 2, 23f)]
    public void Every_rank_ends_in_the_last_value(string dimensions, int times, int channels, float last)
    {
        var path = _folder["rank.nc"];
        var data = string.Join(", ", Enumerable.Range(0, (int)last + 1));
        ReferenceTool.NcGen(path, "classic", $"netcdf r {{ dimensions: member = 2; time = 2; channel = 2; y = 2; x = 3; variables: float w({dimensions}); data: w = {data}; }}");
        using var file = FieldFile.Open(path);
        var field = file.Field("w");
        Assert.Equal((times, channels), (field.Times, field.Channels));
        var value = new float[1];
        field.ReadWindow(times - 1, channels - 1, new Window(1, 2, 1, 1), value);
        Assert.Equal(last, value[0]);
    }

    [Fact]
    public void Members_of_an_ensemble_are_channels_whatever_their_place()
    {
        var path = _folder["members.nc"];
        ReferenceTool.NcGen(path, "classic", "netcdf r { dimensions: member = 2; time = 3; y = 1; x = 1; variables: float w(member, time, y, x); data: w = 0, 1, 2, 10, 11, 12; }");
        using var file = FieldFile.Open(path);
        var value = new float[1];
        file.Field("w").ReadWindow(time: 2, channel: 1, new Window(0, 0, 1, 1), value);
        Assert.Equal(12f, value[0]);
    }

    [Fact]
    public void Reads_plain_hdf5_with_and_without_groups()
    {
        var path = _folder["plain.h5"];
        PlainHdf5.Write(path, "w", [2, 3, 3], [.. Enumerable.Range(0, 18).Select(i => (float)i)]);
        using (var file = FieldFile.Open(path))
        {
            var field = file.Field("w");
            Assert.StartsWith("w(phony_dim_0=2, phony_dim_", field.Variable.ToString());
            Assert.Equal((2, 1, 3, 3), (field.Times, field.Channels, field.Height, field.Width));
            var values = new float[2];
            field.ReadWindow(1, 0, new Window(0, 1, 2, 1), values);
            Assert.Equal([10f, 13f], values);
            Assert.Equal(new Grid(new GridAxis("y", 3), new GridAxis("x", 3)), field.Grid());
        }

        PlainHdf5.Write(path, "w", [2, 3], [1, 2, 3, 4, 5, 6], group: "fields");
        using (var file = FieldFile.Open(path))
        {
            var values = new float[6];
            file.Field("fields/w").ReadWindow(0, 0, Window.Whole(2, 3), values);
            Assert.Equal([1f, 2f, 3f, 4f, 5f, 6f], values);
        }
    }

    [Fact]
    public void Missing_values_become_nan_and_are_counted()
    {
        var path = _folder["missing.nc"];
        ReferenceTool.NcGen(path, "netCDF-4", """
            netcdf m {
            dimensions: x = 5 ;
            variables:
              float filled(x) ; filled:_FillValue = -1.f ;
              double marked(x) ; marked:missing_value = 1e300 ;
              float ranged(x) ; ranged:valid_range = 0.f, 10.f ;
              float unwritten(x) ;
              short packed(x) ; packed:_FillValue = -9s ; packed:scale_factor = 0.5 ; packed:add_offset = 100. ; packed:valid_min = -8s ;
            data:
              filled = 1, -1, 3, NaN, 5 ;
              marked = 1, 2, 1e300, 4, 5 ;
              ranged = -1, 0, 10, 11, 5 ;
              packed = -9, 1, 2, -100, 0 ;
            }
            """);
        using var file = FieldFile.Open(path);
        AssertValues("filled", 2, [1, float.NaN, 3, float.NaN, 5]);
        AssertValues("marked", 1, [1, 2, float.NaN, 4, 5]);
        AssertValues("ranged", 2, [float.NaN, 0, 10, float.NaN, 5]);
        AssertValues("unwritten", 5, [float.NaN, float.NaN, float.NaN, float.NaN, float.NaN]);
        AssertValues("packed", 2, [float.NaN, 100.5f, 101, float.NaN, 100]);

        void AssertValues(string name, long missing, float[] expected)
        {
            var single = new float[5];
            var doubles = new double[5];
            Assert.Equal(missing, file.Variable(name).Read([0], [5], single));
            Assert.Equal(missing, file.Variable(name).Read([0], [5], doubles));
            Assert.Equal(expected, single);
            Assert.Equal(expected, doubles.Select(v => (float)v));
        }
    }

    [Fact]
    public void Several_threads_may_read_several_files()
    {
        ReferenceTool.NcGen(_folder["a.nc"], "netCDF-4", Cdl);
        ReferenceTool.NcGen(_folder["b.nc"], "netCDF-4", Cdl);
        Parallel.For(0, 64, i =>
        {
            using var file = FieldFile.Open(_folder[i % 2 == 0 ? "a.nc" : "b.nc"]);
            var value = new float[1];
            file.Field("w").ReadWindow(1, 1, new Window(1, 2, 1, 1), value);
            Assert.Equal(115f, value[0]);
        });
    }

    private FieldFile Example(string kind)
    {
        var path = _folder["example.nc"];
        ReferenceTool.NcGen(path, kind, Cdl);
        return FieldFile.Open(path);
    }
}
