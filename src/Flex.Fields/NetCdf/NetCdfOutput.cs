using System.Text;
using Flex.Fields.Grids;
using static Flex.Fields.NetCdf.LibNetCdf;

namespace Flex.Fields.NetCdf;

/// <summary>
/// Writes a finished <see cref="ScratchFile"/> as netCDF-4 under the CF conventions, version 1.8, in one canonical order.
/// </summary>
internal sealed class NetCdfOutput
{
    // 256² float32 values are 256 KiB: small enough to read patches cheaply, large enough to compress.
    private const int LongestChunk = 256;

    private readonly int _file;
    private readonly string _doing;
    private readonly ScratchFile _source;
    private readonly OutputSpec _spec;
    private readonly List<Action> _coordinates = [];
    private readonly List<(OutputField Field, int Variable)> _fields = [];

    private NetCdfOutput(int file, string doing, ScratchFile source) =>
        (_file, _doing, _source, _spec) = (file, doing, source, source.Spec);

    /// <summary>Writes a file.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="name">The name the user knows the file by, for messages.</param>
    /// <param name="source">The values.</param>
    /// <exception cref="InputException">The library cannot write the file.</exception>
    public static void Write(string path, string name, ScratchFile source)
    {
        var doing = $"cannot write {name} (is the disk full?)";
        int file;
        using (Enter())
        {
            Check(nc_create(path, NetCdf4, out file), doing);
        }

        var closed = false;
        try
        {
            var output = new NetCdfOutput(file, doing, source);
            using (Enter())
            {
                output.Define();
            }

            output.CopyFields();
            using (Enter())
            {
                // Cached chunks reach the disk only now: closing can fail, and may not be tried twice.
                closed = true;
                Check(nc_close(file), doing);
            }
        }
        finally
        {
            if (!closed)
            {
                using (Enter())
                {
                    _ = nc_close(file);
                }
            }
        }
    }

    private void Define()
    {
        var dimensions = new List<int>();
        if (_spec.Members > 0)
        {
            var members = Enumerable.Range(0, _spec.Members).Select(i => (double)i).ToArray();
            dimensions.Add(Coordinate("member", members, "1", [("standard_name", "realization"), ("long_name", "ensemble member")]));
        }

        var isDate = _spec.TimeUnits.Contains(" since ", StringComparison.Ordinal);
        dimensions.Add(Coordinate(
            "time",
            [.. _spec.Times],
            _spec.TimeUnits,
            [isDate ? ("standard_name", "time") : ("long_name", "time"), ("axis", "T")],
            _spec.UnlimitedTime));
        dimensions.Add(Axis(_spec.Grid.Y, "Y"));
        dimensions.Add(Axis(_spec.Grid.X, "X"));
        foreach (var field in _spec.Fields)
        {
            _fields.Add((field, Field(field, [.. field.PerMember ? dimensions : dimensions.TakeLast(3)])));
        }

        Text(Global, "Conventions", "CF-1.8");
        foreach (var (name, value) in _spec.Attributes)
        {
            Text(Global, name, value);
        }

        foreach (var (name, value) in _spec.Numbers)
        {
            Check(nc_put_att_double(_file, Global, name, (int)NetCdfType.Float64, 1, [value]), _doing);
        }

        Check(nc_enddef(_file), _doing);
        _coordinates.ForEach(write => write());
    }

    private int Axis(GridAxis axis, string letter)
    {
        var standardName = axis.Units switch
        {
            "degrees_north" => "latitude",
            "degrees_east" => "longitude",
            "m" or "km" => letter == "X" ? "projection_x_coordinate" : "projection_y_coordinate",
            _ => null,
        };
        var name = standardName is null ? ("long_name", axis.Name) : ("standard_name", standardName);
        return Coordinate(axis.Name, axis.Coordinates(), axis.Units, [name, ("axis", letter)], period: axis.Periodic ? axis.Length * Math.Abs(axis.Spacing) : null);
    }

    private int Coordinate(
        string name, double[] values, string units, (string Name, string Value)[] attributes, bool unlimited = false, double? period = null)
    {
        Check(nc_def_dim(_file, name, unlimited ? Unlimited : (nuint)values.Length, out var dimension), _doing);
        Check(nc_def_var(_file, name, (int)NetCdfType.Float64, 1, [dimension], out var variable), _doing);
        Text(variable, "units", units);
        foreach (var (key, value) in attributes)
        {
            Text(variable, key, value);
        }

        if (period is { } modulo)
        {
            Check(nc_put_att_double(_file, variable, "modulo", (int)NetCdfType.Float64, 1, [modulo]), _doing);
        }

        _coordinates.Add(() => Check(nc_put_vara_double(_file, variable, [0], [(nuint)values.Length], values), _doing));
        return dimension;
    }

    private int Field(OutputField field, int[] dimensions)
    {
        var type = field.Precision == Precision.Single ? NetCdfType.Float32 : NetCdfType.Float64;
        Check(nc_def_var(_file, field.Name, (int)type, dimensions.Length, dimensions, out var variable), _doing);
        var chunks = new nuint[dimensions.Length];
        chunks.AsSpan().Fill(1);
        (chunks[^2], chunks[^1]) = ((nuint)Chunk(_spec.Grid.Height), (nuint)Chunk(_spec.Grid.Width));
        Check(nc_def_var_chunking(_file, variable, 0, chunks), _doing);
        if (_spec.DeflateLevel > 0)
        {
            Check(nc_def_var_deflate(_file, variable, shuffle: 1, deflate: 1, _spec.DeflateLevel), _doing);
        }

        Check(nc_put_att_double(_file, variable, "_FillValue", (int)type, 1, [double.NaN]), _doing);
        Text(variable, "units", field.Units);
        Text(variable, "long_name", field.LongName ?? field.Name);
        Text(variable, "standard_name", field.StandardName);
        Text(variable, "cell_methods", field.CellMethods);
        return variable;
    }

    private void CopyFields()
    {
        var rows = Chunk(_spec.Grid.Height);
        var singles = new float[rows * _spec.Grid.Width];
        var doubles = _spec.Fields.Any(f => f.Precision == Precision.Double) ? new double[singles.Length] : [];
        foreach (var (field, variable) in _fields)
        {
            for (var slab = 0; slab < _spec.MembersOf(field) * _spec.Times.Count; slab++)
            {
                for (var y = 0; y < _spec.Grid.Height; y += rows)
                {
                    var band = new Window(y, 0, Math.Min(rows, _spec.Grid.Height - y), _spec.Grid.Width);
                    if (field.Precision == Precision.Single)
                    {
                        Copy(field, variable, slab, band, singles, nc_put_vara_float);
                    }
                    else
                    {
                        Copy(field, variable, slab, band, doubles, nc_put_vara_double);
                    }
                }
            }
        }
    }

    private delegate int Put<T>(int file, int variable, ReadOnlySpan<nuint> start, ReadOnlySpan<nuint> count, ReadOnlySpan<T> values);

    private void Copy<T>(OutputField field, int variable, int slab, Window band, T[] buffer, Put<T> put)
        where T : unmanaged
    {
        var values = buffer.AsSpan(0, (int)band.Count);
        _source.Read(field, (((long)slab * _spec.Grid.Height) + band.Y) * _spec.Grid.Width, values);
        var time = (nuint)(slab % _spec.Times.Count);
        var member = (nuint)(slab / _spec.Times.Count);
        nuint[] start = [member, time, (nuint)band.Y, 0];
        nuint[] count = [1, 1, (nuint)band.Height, (nuint)band.Width];
        var rank = _spec.Members > 0 && field.PerMember ? 4 : 3;
        using (Enter())
        {
            Check(put(_file, variable, start.AsSpan(4 - rank), count.AsSpan(4 - rank), values), _doing);
        }
    }

    private void Text(int variable, string name, string? value)
    {
        if (value is not null)
        {
            var bytes = Encoding.UTF8.GetBytes(value);
            Check(nc_put_att_text(_file, variable, name, (nuint)bytes.Length, bytes), _doing);
        }
    }

    // Chunks of equal length, so that none hangs far over the edge.
    private static int Chunk(int length)
    {
        var parts = (length + LongestChunk - 1) / LongestChunk;
        return (length + parts - 1) / parts;
    }
}
