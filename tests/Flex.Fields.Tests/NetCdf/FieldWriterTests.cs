using Flex.Fields.Grids;
using Flex.Fields.NetCdf;

namespace Flex.Fields.Tests.NetCdf;

public sealed class FieldWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Ncdump_sees_the_cf_conventions()
    {
        var path = _folder["out.nc"];
        var spec = Spec(members: 2) with { Attributes = new Dictionary<string, string> { ["title"] = "a test", ["history"] = "made by a test" } };
        using (var writer = FieldWriter.Create(path, spec))
        {
            writer.Write("w", 1, 0, Window.Whole(2, 3), [0f, 1, 2, 3, 4, float.NaN]);
            writer.Write("w_mean", 0, 1, Window.Whole(2, 3), [0.5, 1, 2, 3, 4, 5]);
            writer.Commit();
        }

        Assert.Equal(["out.nc"], _folder.Files);
        var header = ReferenceTool.NcDump("-h", "-s", path);
        foreach (var line in new[]
        {
            "member = 2 ;", "time = 2 ;", "y = 2 ;", "x = 3 ;",
            "float w(member, time, y, x) ;", "w:_FillValue = NaNf ;", "w:units = \"1/s\" ;", "w:_Shuffle = \"true\" ;", "w:_DeflateLevel = 1 ;",
            "double w_mean(time, y, x) ;", "w_mean:cell_methods = \"realization: mean\" ;", "w_mean:_ChunkSizes = 1, 2, 3 ;",
            "time:units = \"hours since 2000-01-01\" ;", "time:standard_name = \"time\" ;", "time:axis = \"T\" ;",
            "member:standard_name = \"realization\" ;", "x:axis = \"X\" ;", "y:axis = \"Y\" ;", "x:units = \"m\" ;", "x:standard_name = \"projection_x_coordinate\" ;",
            "x:modulo = 6. ;", ":Conventions = \"CF-1.8\" ;", ":title = \"a test\" ;", ":history = \"made by a test\" ;",
        })
        {
            Assert.Contains(line, header);
        }

        var data = string.Concat(ReferenceTool.NcDump("-v", "w,w_mean,x,time", path).Split("data:")[1].Where(c => !char.IsWhiteSpace(c)));
        Assert.Equal("time=0,1;x=0,2,4;w=_,_,_,_,_,_,_,_,_,_,_,_,0,1,2,3,4,_,_,_,_,_,_,_;w_mean=_,_,_,_,_,_,0.5,1,2,3,4,5;}", data);
    }

    [Fact]
    public void What_was_written_is_read_back()
    {
        var path = _folder["out.nc"];
        var random = new Random(1);
        var spec = Spec() with { Grid = Grid.PeriodicBox(300, 517), UnlimitedTime = true };
        var values = Enumerable.Range(0, 300 * 517).Select(_ => random.NextSingle()).ToArray();
        using (var writer = FieldWriter.Create(path, spec))
        {
            writer.Write("w", 0, 1, values);
            var back = new float[6];
            writer.Read("w", 0, 1, new Window(298, 514, 2, 3), back);
            Assert.Equal(values[^3..], back[3..]);
            writer.Commit();
        }

        using var file = FieldFile.Open(path);
        var field = file.Field("w");
        var read = new float[values.Length];
        Assert.Equal(0, field.ReadWindow(1, 0, Window.Whole(300, 517), read));
        Assert.Equal(values, read);
        Assert.Equal(read.Length, field.ReadWindow(0, 0, Window.Whole(300, 517), read));
        Assert.Equal(spec.Times, field.TimeCoordinate!.Values);
        var grid = field.Grid();
        Assert.True(grid.X.Periodic && grid.Y.Periodic);
        Assert.Equal(spec.Grid.X.Spacing, grid.X.Spacing, 12);
        Assert.Contains("time = UNLIMITED ; // (2 currently)", ReferenceTool.NcDump("-h", path));
    }

    [Fact]
    public void The_bytes_do_not_depend_on_the_order_of_writing_or_on_resuming()
    {
        var values = Enumerable.Range(0, 12).Select(i => (float)i).ToArray();
        var spec = Spec(members: 2);
        using (var writer = FieldWriter.Create(_folder["a.nc"], spec))
        {
            writer.Write("w", 0, 0, values.AsSpan(0, 6));
            writer.Write("w", 1, 0, values.AsSpan(6, 6));
            writer.Commit();
        }

        using (var writer = FieldWriter.Create(_folder["b.nc"], spec, resumable: true))
        {
            writer.Write("w", 1, 0, new Window(1, 1, 1, 2), values.AsSpan(10, 2));
            writer.Write("w", 1, 0, new Window(1, 0, 1, 1), values.AsSpan(9, 1));
        }

        Assert.True(FieldWriter.CanResume(_folder["b.nc"]));
        using (var writer = FieldWriter.Resume(_folder["b.nc"], spec))
        {
            Parallel.For(0, 3, x => writer.Write("w", 1, 0, new Window(0, x, 1, 1), values.AsSpan(6 + x, 1)));
            writer.Write("w", 0, 0, values.AsSpan(0, 6));
            writer.Flush();
            writer.Commit();
        }

        Assert.Equal(["a.nc", "b.nc"], _folder.Files);
        Assert.Equal(File.ReadAllBytes(_folder["a.nc"]), File.ReadAllBytes(_folder["b.nc"]));
    }

    [Fact]
    public void Without_commit_nothing_is_left_and_the_old_file_stays()
    {
        File.WriteAllText(_folder["out.nc"], "old");
        using (var writer = FieldWriter.Create(_folder["out.nc"], Spec()))
        {
            writer.Write("w", 0, 0, new float[6]);
        }

        Assert.Equal(["out.nc"], _folder.Files);
        Assert.Equal("old", File.ReadAllText(_folder["out.nc"]));
    }

    [Fact]
    public void Unwritable_targets()
    {
        AssertRefused(() => FieldWriter.Create(_folder["none/out.nc"], Spec()), "does not exist");
        AssertRefused(() => FieldWriter.Create(_folder.Path, Spec()), "is a folder");
        AssertRefused(() => FieldWriter.Create("/proc/out.nc", Spec()), "cannot write /proc/out.nc");
        var huge = Spec() with { Grid = Grid.PeriodicBox(1 << 22, 1 << 22) };
        AssertRefused(() => FieldWriter.Create(_folder["out.nc"], huge), $"cannot write {_folder["out.nc"]}");
        Assert.Empty(_folder.Files);
    }

    [Fact]
    public void Two_writers_of_one_file()
    {
        using var first = FieldWriter.Create(_folder["out.nc"], Spec());
        AssertRefused(() => FieldWriter.Create(_folder["out.nc"], Spec()), "being used by another process");
    }

    [Fact]
    public void Bad_resumption()
    {
        AssertRefused(() => FieldWriter.Resume(_folder["out.nc"], Spec()), "no unfinished");
        FieldWriter.Create(_folder["out.nc"], Spec(), resumable: true).Dispose();
        AssertRefused(() => FieldWriter.Resume(_folder["out.nc"], Spec(members: 3)), "other settings");
        FieldWriter.Resume(_folder["out.nc"], Spec()).Dispose();
        File.WriteAllText(_folder["out.nc.partial"], "not a partial file");
        AssertRefused(() => FieldWriter.Resume(_folder["out.nc"], Spec()), "damaged");
    }

    [Fact]
    public void Two_variables_of_one_name()
    {
        AssertRefused(() => FieldWriter.Create(_folder["out.nc"], Spec() with { Fields = [new("time")] }), "'time'");
        AssertRefused(() => FieldWriter.Create(_folder["out.nc"], Spec() with { Fields = [] }), "no variable");
    }

    private static OutputSpec Spec(int members = 0) => new()
    {
        Grid = new Grid(new GridAxis("y", 2, 2, Units: "m"), new GridAxis("x", 3, 2, Periodic: true, Units: "m")),
        Times = [0, 1],
        TimeUnits = "hours since 2000-01-01",
        Members = members,
        Fields =
        [
            new("w", "1/s", LongName: "vorticity"),
            new("w_mean", "1/s", CellMethods: "realization: mean", PerMember: false, Precision: Precision.Double),
        ],
    };

    private static void AssertRefused(Func<FieldWriter> action, string message)
    {
        var error = Assert.Throws<InputException>(action);
        Assert.Contains(message, error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }
}
