using System.Buffers;
using System.Globalization;
using System.Numerics.Tensors;
using Flex.Fields.NetCdf.Probing;
using static Flex.Fields.NetCdf.LibNetCdf;

namespace Flex.Fields.NetCdf;

/// <summary>A variable of an open file: an array of any rank, of which blocks are read.</summary>
public sealed class FileVariable
{
    private readonly FieldFile _file;
    private readonly int _group;
    private readonly int _id;
    private readonly Packing _packing;
    private readonly ProbedBlocks? _probed;

    internal FileVariable(
        FieldFile file,
        int group,
        int id,
        int place,
        string name,
        NetCdfType type,
        IReadOnlyList<FileDimension> dimensions,
        long[]? chunk,
        IReadOnlyDictionary<string, FileAttribute> attributes)
    {
        _file = file;
        _group = group;
        _id = id;
        Name = name;
        Type = type;
        Dimensions = dimensions;
        Attributes = attributes;
        _packing = Packing.From(attributes, type);
        _probed = file.Guard is { } guard ? new ProbedBlocks([.. dimensions.Select(d => d.Length)], chunk, (start, count) => guard.Try(
            new ProbeRequest(ProbeKind.Block, System.IO.Path.GetFullPath(file.Path), place, start, count), file.Path)) : null;
    }

    /// <summary>The variable's name.</summary>
    public string Name { get; }

    /// <summary>The type of its elements as stored.</summary>
    public NetCdfType Type { get; }

    /// <summary>Its dimensions, slowest first.</summary>
    public IReadOnlyList<FileDimension> Dimensions { get; }

    /// <summary>Its attributes by name.</summary>
    public IReadOnlyDictionary<string, FileAttribute> Attributes { get; }

    /// <summary>The file that holds it.</summary>
    public FieldFile File => _file;

    /// <summary>The attribute <c>units</c>, or null.</summary>
    public string? Units => Attributes.TryGetValue("units", out var a) ? a.Text : null;

    /// <summary>
    /// Reads a block. scale_factor and add_offset are applied; values that _FillValue, missing_value or the valid range
    /// declare missing become NaN.
    /// </summary>
    /// <param name="start">First index along every dimension.</param>
    /// <param name="count">Number of indices along every dimension.</param>
    /// <param name="destination">Receives the block, last dimension fastest; exactly as long as the block.</param>
    /// <returns>The number of missing (NaN) values in the block.</returns>
    /// <exception cref="InputException">Not numeric, a block outside the variable, or data that cannot be read.</exception>
    public long Read(ReadOnlySpan<long> start, ReadOnlySpan<long> count, Span<double> destination)
    {
        var (first, lengths) = Block(start, count, destination.Length);
        _probed?.Require(start, count);
        using (Enter())
        {
            _file.ThrowIfClosed();
            Check(nc_get_vara_double(_group, _id, first, lengths, destination), Doing);
        }

        return _packing.Unpack(destination);
    }

    /// <inheritdoc cref="Read(ReadOnlySpan{long}, ReadOnlySpan{long}, Span{double})"/>
    public long Read(ReadOnlySpan<long> start, ReadOnlySpan<long> count, Span<float> destination)
    {
        if (!Type.FitsSingle())
        {
            return ReadThroughDouble(start, count, destination);
        }

        var (first, lengths) = Block(start, count, destination.Length);
        _probed?.Require(start, count);
        using (Enter())
        {
            _file.ThrowIfClosed();
            Check(nc_get_vara_float(_group, _id, first, lengths, destination), Doing);
        }

        return _packing.Unpack(destination);
    }

    /// <summary>Name and dimensions, for example <c>w(time=3, y=512, x=512)</c>.</summary>
    public override string ToString() => $"{Name}({string.Join(", ", Dimensions.Select(d => $"{d.Name}={d.Length}"))})";

    /// <summary>Checks that the file is large enough for the variable, whose dimensions may be a lie.</summary>
    /// <exception cref="InputException">It is not.</exception>
    internal void RequireHeld()
    {
        var bytes = Dimensions.Aggregate((double)Type.Size(), (product, d) => product * d.Length);
        if (!_file.CanHold(bytes))
        {
            throw new InputException(string.Create(CultureInfo.InvariantCulture, $"{Doing}: its header promises {this}, {bytes:G2} bytes, more than the file can hold; it is damaged or was never filled"));
        }
    }

    private string Doing => $"cannot read variable {Name} of {_file.Path}";

    // The library refuses to narrow what overflows, fill values such as 1e300 among it, so missing values go first.
    private long ReadThroughDouble(ReadOnlySpan<long> start, ReadOnlySpan<long> count, Span<float> destination)
    {
        var buffer = ArrayPool<double>.Shared.Rent(destination.Length);
        try
        {
            var values = buffer.AsSpan(0, destination.Length);
            var missing = Read(start, count, values);
            TensorPrimitives.ConvertTruncating<double, float>(values, destination);
            return missing;
        }
        finally
        {
            ArrayPool<double>.Shared.Return(buffer);
        }
    }

    private (nuint[] Start, nuint[] Count) Block(ReadOnlySpan<long> start, ReadOnlySpan<long> count, int length)
    {
        if (!Type.IsNumeric())
        {
            throw new InputException($"{Doing}: its type is {Type}, not a number; choose another variable");
        }

        RequireHeld();
        if (start.Length != Dimensions.Count || count.Length != Dimensions.Count)
        {
            throw new ArgumentException($"{this} is indexed by {Dimensions.Count} numbers, not {start.Length} and {count.Length}");
        }

        var (first, lengths) = (new nuint[start.Length], new nuint[start.Length]);
        long size = 1;
        for (var i = 0; i < first.Length; i++)
        {
            if (start[i] < 0 || count[i] < 0 || start[i] > Dimensions[i].Length - count[i])
            {
                throw new InputException($"{Doing}: indices {start[i]}..{start[i] + count[i]} lie outside dimension {Dimensions[i].Name} of length {Dimensions[i].Length}");
            }

            (first[i], lengths[i]) = ((nuint)start[i], (nuint)count[i]);
            size = checked(size * count[i]);
        }

        return size == length ? (first, lengths) : throw new ArgumentException($"a block of {size} values does not fit a destination of {length}");
    }
}
