using Flex.Fields.NetCdf.Probing;
using static Flex.Fields.NetCdf.LibNetCdf;

namespace Flex.Fields.NetCdf;

/// <summary>
/// A file of fields, open for reading: classic netCDF, 64-bit offset, CDF-5, netCDF-4, or plain HDF5 as h5py writes it.
/// </summary>
/// <remarks>
/// Files may be used from several threads: all calls of netCDF-C in the process are serialised, because the library
/// is not thread-safe. Only what is asked for is read.
/// </remarks>
public sealed class FieldFile : IDisposable
{
    /// <summary>What any file may promise: variables that were never filled take no space.</summary>
    private const long ModestBytes = 64 << 20;

    private readonly int _id;
    private readonly long _bytes;
    private bool _open = true;

    private FieldFile(string path, int id, long bytes, FileGuard? guard)
    {
        Path = path;
        Guard = guard;
        _id = id;
        _bytes = bytes;
        var reader = new MetadataReader(path);
        Check(nc_inq_format(id, out var format), $"cannot read {path}");
        Check(nc_inq_natts(id, out var attributes), $"cannot read {path}");
        Format = FormatName(format);
        Attributes = reader.Attributes(id, Global, attributes);
        Variables = reader.Variables(this, id);
    }

    /// <summary>The path as it was given.</summary>
    public string Path { get; }

    /// <summary>The format in words, for example <c>netCDF-4</c>; plain HDF5 counts as netCDF-4.</summary>
    public string Format { get; }

    /// <summary>The attributes of the file itself.</summary>
    public IReadOnlyDictionary<string, FileAttribute> Attributes { get; }

    /// <summary>All variables, coordinates included; those in groups are named <c>group/name</c>.</summary>
    public IReadOnlyList<FileVariable> Variables { get; }

    /// <summary>Opens a file and reads its metadata.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">No such file, a folder, not netCDF or HDF5, truncated or damaged.</exception>
    public static FieldFile Open(string path) => Open(path, FileGuard.Shared);

    /// <summary>Opens a file that a guard tries first; null takes the file for sound.</summary>
    internal static FieldFile Open(string path, FileGuard? guard)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var bytes = FileProbe.Check(path);
        guard?.Try(new ProbeRequest(ProbeKind.Metadata, System.IO.Path.GetFullPath(path)), path);
        using (Enter())
        {
            var status = nc_open(System.IO.Path.GetFullPath(path), ReadOnly, out var id);
            if (status != 0)
            {
                throw new InputException($"cannot read {path}: the file is truncated, damaged or being written ({ErrorText(status)}); copy or make it again");
            }

            try
            {
                return new FieldFile(path, id, bytes, guard);
            }
            catch
            {
                _ = nc_close(id);
                throw;
            }
        }
    }

    /// <summary>Finds a variable.</summary>
    /// <param name="name">Its name, exactly as in the file.</param>
    /// <exception cref="InputException">The file has no such variable; the message lists those it has.</exception>
    public FileVariable Variable(string name) =>
        Find(name) ?? throw new InputException(
            $"{Path} has no variable '{name}'; it has {(Variables.Count == 0 ? "none" : string.Join(", ", Variables))}");

    /// <summary>Finds a variable and views it as a field over (time, channel, y, x).</summary>
    /// <param name="name">Its name, exactly as in the file.</param>
    /// <exception cref="InputException">No such variable, not numeric, or not of 2 to 4 dimensions.</exception>
    public FieldVariable Field(string name) => new(Variable(name));

    /// <summary>The coordinates of a dimension, or null where the file has none.</summary>
    /// <param name="dimension">Name of the dimension.</param>
    public Coordinate? Coordinate(string dimension)
    {
        if (Find(dimension) is not { Type: var type, Dimensions: [var only] } variable || only.Name != dimension || !type.IsNumeric())
        {
            return null;
        }

        variable.RequireHeld();
        var values = new double[checked((int)only.Length)];
        variable.Read([0], [only.Length], values);
        double? modulo = variable.Attributes.TryGetValue("modulo", out var m) && m.Numbers is [var period, ..] ? period : null;
        return new Coordinate(dimension, variable.Units ?? "1", values, modulo);
    }

    /// <summary>Closes the file; variables can no longer be read.</summary>
    public void Dispose()
    {
        // Where the child does not survive closing the file, it stays open here.
        var closes = !_open || Guard?.TryClose(System.IO.Path.GetFullPath(Path)) != false;
        using (Enter())
        {
            if (_open)
            {
                _open = false;
                _ = closes ? nc_close(_id) : 0;
            }
        }
    }

    /// <summary>Tries what is read before it is read, or null.</summary>
    internal FileGuard? Guard { get; }

    /// <summary>Whether so many bytes of values can be in the file: zlib packs at most 1032 to 1.</summary>
    internal bool CanHold(double bytes) => bytes <= ModestBytes || bytes <= 1032.0 * _bytes;

    internal void ThrowIfClosed() => ObjectDisposedException.ThrowIf(!_open, this);

    private FileVariable? Find(string name) => Variables.FirstOrDefault(v => v.Name == name);

    private static string FormatName(int format) => format switch
    {
        1 => "netCDF classic",
        2 => "netCDF 64-bit offset",
        3 => "netCDF-4",
        4 => "netCDF-4 classic model",
        5 => "netCDF CDF-5",
        _ => $"netCDF format {format}",
    };
}
