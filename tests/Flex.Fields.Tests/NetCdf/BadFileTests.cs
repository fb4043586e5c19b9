using Flex.Fields.Grids;
using Flex.Fields.NetCdf;

namespace Flex.Fields.Tests.NetCdf;

public sealed class BadFileTests : IDisposable
{
    private const string Cdl =
        "netcdf e { dimensions: time = UNLIMITED; y = 20; x = 30; variables: int step(time); float w(time, y, x); float mask(y, x); char label(x); float deep(time, time, time, y, x); :note = \"abc\"; data: step = 1, 2; label = \"abc\"; }";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void No_file() => AssertRefused(_folder["none.nc"], "no such file");

    [Fact]
    public void No_folder() => AssertRefused(_folder["none/none.nc"], "no such file");

    [Fact]
    public void A_folder() => AssertRefused(_folder.Path, "is a folder");

    [Theory]
    [InlineData("")]
    [InlineData("CDX")]
    [InlineData("x,y\n1,2\n")]
    public void Another_format(string content)
    {
        File.WriteAllText(_folder["a.nc"], content);
        AssertRefused(_folder["a.nc"], "not a netCDF or HDF5 file");
    }

    [Theory]
    [InlineData("classic")]
    [InlineData("64-bit-offset")]
    [InlineData("64-bit-data")]
    [InlineData("netCDF-4")]
    public void A_truncated_file_whatever_its_length(string kind)
    {
        var path = _folder["whole.nc"];
        ReferenceTool.NcGen(path, kind, Cdl.Replace("float deep(time, time, time, y, x);", "").Replace("data:", "data: mask = 1;"));
        FieldFile.Open(path).Dispose();
        var bytes = File.ReadAllBytes(path);
        foreach (var length in new[] { 20, 90, 300, bytes.Length / 2, bytes.Length - 1 })
        {
            File.WriteAllBytes(_folder["short.nc"], bytes[..length]);
            AssertRefused(_folder["short.nc"], "truncated");
        }
    }

    // Nothing complete may be called truncated: padding of records and of the last variable, no data at all.
    [Theory]
    [InlineData("dimensions: time = UNLIMITED; variables: byte b(time); data: b = 1, 2, 3;")]
    [InlineData("dimensions: time = UNLIMITED; variables: byte b(time); short s(time); data: b = 1, 2, 3; s = 1, 2, 3;")]
    [InlineData("dimensions: time = UNLIMITED; variables: byte b(time);")]
    [InlineData("dimensions: x = 3; variables: char c(x); data: c = \"abc\";")]
    [InlineData("dimensions: x = 3; :note = \"abc\";")]
    [InlineData("variables: double scalar; data: scalar = 1;")]
    public void A_complete_file_is_never_called_truncated(string cdl)
    {
        foreach (var kind in new[] { "classic", "64-bit-offset", "64-bit-data" })
        {
            ReferenceTool.NcGen(_folder["a.nc"], kind, $"netcdf a {{ {cdl} }}");
            FieldFile.Open(_folder["a.nc"]).Dispose();
        }
    }

    [Theory]
    [InlineData("byte b(time);", "b = 1, 2, 3;")]
    [InlineData("byte b(time); short s(time);", "b = 1, 2, 3; s = 1, 2, 3;")]
    public void Missing_records_are_noticed(string variables, string data)
    {
        ReferenceTool.NcGen(_folder["a.nc"], "classic", $"netcdf a {{ dimensions: time = UNLIMITED; variables: {variables} data: {data} }}");
        var bytes = File.ReadAllBytes(_folder["a.nc"]);
        File.WriteAllBytes(_folder["short.nc"], bytes[..^4]);
        AssertRefused(_folder["short.nc"], "truncated");
    }

    [Fact]
    public void A_header_of_nonsense()
    {
        var bytes = Enumerable.Repeat((byte)0x7f, 200).ToArray();
        "CDF\u0005"u8.CopyTo(bytes);
        File.WriteAllBytes(_folder["a.nc"], bytes);
        Assert.Throws<InputException>(() => FieldFile.Open(_folder["a.nc"]));
    }

    [Fact]
    public void A_missing_variable_lists_the_others()
    {
        using var file = Example();
        var error = Assert.Throws<InputException>(() => file.Variable("vorticity"));
        Assert.Contains("no variable 'vorticity'", error.Message);
        Assert.Contains("w(time=2, y=20, x=30)", error.Message);
    }

    [Theory]
    [InlineData("step", "has 1 dimensions")]
    [InlineData("label", "not a number")]
    [InlineData("deep", "has 5 dimensions")]
    public void A_variable_that_is_no_field(string name, string message)
    {
        using var file = Example();
        var error = Assert.Throws<InputException>(() => file.Field(name));
        Assert.Contains(message, error.Message);
    }

    [Theory]
    [InlineData(2, 0, 0, 0, 1, 1)]
    [InlineData(0, 1, 0, 0, 1, 1)]
    [InlineData(0, 0, -1, 0, 1, 1)]
    [InlineData(0, 0, 0, 0, 21, 1)]
    [InlineData(0, 0, 0, 29, 1, 2)]
    [InlineData(0, 0, int.MaxValue, 0, 2, 1)]
    public void A_window_outside(int time, int channel, int y, int x, int height, int width)
    {
        using var file = Example();
        var values = new float[height * width];
        var error = Assert.Throws<InputException>(() => file.Field("w").ReadWindow(time, channel, new Window(y, x, height, width), values));
        Assert.Contains("not inside w(", error.Message);
    }

    [Fact]
    public void A_block_outside()
    {
        using var file = Example();
        var error = Assert.Throws<InputException>(() => file.Variable("mask").Read([0, 29], [1, 2], new float[2]));
        Assert.Contains("outside dimension x of length 30", error.Message);
    }

    [Fact]
    public void A_closed_file()
    {
        var file = Example();
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.Variable("mask").Read([0, 0], [1, 1], new float[1]));
    }

    private FieldFile Example()
    {
        var path = _folder["example.nc"];
        ReferenceTool.NcGen(path, "netCDF-4", Cdl);
        return FieldFile.Open(path);
    }

    private static void AssertRefused(string path, string message)
    {
        var error = Assert.Throws<InputException>(() => FieldFile.Open(path));
        Assert.Contains(message, error.Message);
        Assert.Contains(path, error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }
}
