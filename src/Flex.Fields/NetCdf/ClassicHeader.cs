using System.Buffers.Binary;

namespace Flex.Fields.NetCdf;

/// <summary>
/// The header of a classic netCDF file (CDF-1, -2, -5), read only to learn how long the file must be: netCDF-C opens a
/// truncated one without complaint and returns zeros for what is not there.
/// </summary>
/// <remarks>Format: "NetCDF Classic Format Specification", netCDF user's guide, appendix B.</remarks>
internal sealed class ClassicHeader
{
    private readonly Stream _stream;
    private readonly int _version;

    private ClassicHeader(Stream stream, int version) => (_stream, _version) = (stream, version);

    /// <summary>The least length in bytes of the file, or null where the stream is no classic netCDF file.</summary>
    /// <exception cref="EndOfStreamException">The file ends inside its header.</exception>
    /// <exception cref="OverflowException">Lengths in the header are nonsense.</exception>
    public static long? RequiredLength(Stream stream)
    {
        Span<byte> magic = stackalloc byte[4];
        return stream.ReadAtLeast(magic, 4, throwOnEndOfStream: false) == 4 && magic[..3].SequenceEqual("CDF"u8) && magic[3] is 1 or 2 or 5
            ? new ClassicHeader(stream, magic[3]).RequiredLength()
            : null;
    }

    private long RequiredLength()
    {
        var records = Size();
        var streaming = records == (_version == 5 ? -1 : uint.MaxValue);
        var dimensions = Dimensions();
        SkipAttributes();
        var variables = Variables(dimensions);

        // Records of different variables alternate, each padded to 4 bytes, unless there is only one such variable.
        var recorded = variables.FindAll(v => v.IsRecord);
        var recordLength = recorded.Count == 1 ? recorded[0].Bytes : recorded.Sum(v => Padded(v.Bytes));
        var required = _stream.Position;
        foreach (var (isRecord, bytes, begin) in variables)
        {
            if (isRecord && (records == 0 || streaming))
            {
                continue;
            }

            var earlier = isRecord ? checked((records - 1) * recordLength) : 0;
            required = Math.Max(required, checked(begin + earlier + bytes));
        }

        return required;
    }

    private List<long> Dimensions()
    {
        var lengths = new List<long>();
        for (var left = ListLength(); left > 0; left--)
        {
            SkipName();
            lengths.Add(Size());
        }

        return lengths;
    }

    private List<(bool IsRecord, long Bytes, long Begin)> Variables(List<long> dimensions)
    {
        var variables = new List<(bool, long, long)>();
        for (var left = ListLength(); left > 0; left--)
        {
            SkipName();
            long elements = 1;
            var isRecord = false;
            for (var rank = Size(); rank > 0; rank--)
            {
                var id = Size();
                var length = id >= 0 && id < dimensions.Count ? dimensions[(int)id] : throw new OverflowException();
                isRecord |= length == 0;
                elements = checked(elements * (length == 0 ? 1 : length));
            }

            SkipAttributes();
            var bytes = checked(elements * ElementSize(Int32()));
            Size(); // vsize repeats what the dimensions say, and saturates for large variables.
            variables.Add((isRecord, bytes, _version == 1 ? (uint)Int32() : Int64()));
        }

        return variables;
    }

    private void SkipAttributes()
    {
        for (var left = ListLength(); left > 0; left--)
        {
            SkipName();
            var size = ElementSize(Int32());
            Skip(checked(Size() * size));
        }
    }

    private long ListLength()
    {
        Int32(); // The tag; an absent list has tag 0 and length 0.
        return Size();
    }

    private void SkipName() => Skip(Size());

    private void Skip(long bytes)
    {
        var position = checked(_stream.Position + Padded(bytes));
        if (bytes < 0 || position > _stream.Length)
        {
            throw new EndOfStreamException();
        }

        _stream.Position = position;
    }

    private long Size() => _version == 5 ? Int64() : (uint)Int32();

    private int Int32()
    {
        Span<byte> bytes = stackalloc byte[4];
        _stream.ReadExactly(bytes);
        return BinaryPrimitives.ReadInt32BigEndian(bytes);
    }

    private long Int64()
    {
        Span<byte> bytes = stackalloc byte[8];
        _stream.ReadExactly(bytes);
        return BinaryPrimitives.ReadInt64BigEndian(bytes);
    }

    private static long Padded(long bytes) => checked(bytes + 3) & ~3L;

    private static int ElementSize(int type) => (NetCdfType)type switch
    {
        NetCdfType.Int8 or NetCdfType.Text or NetCdfType.UInt8 => 1,
        NetCdfType.Int16 or NetCdfType.UInt16 => 2,
        NetCdfType.Int32 or NetCdfType.UInt32 or NetCdfType.Float32 => 4,
        NetCdfType.Float64 or NetCdfType.Int64 or NetCdfType.UInt64 => 8,
        _ => throw new OverflowException(),
    };
}
