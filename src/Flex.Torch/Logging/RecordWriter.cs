using System.Buffers.Binary;
using System.Numerics;

namespace Flex.Torch.Logging;

/// <summary>
/// Frames records as TensorFlow's TFRecord files do: length (8 bytes), its checksum (4), the record, its checksum (4), all
/// little-endian. A reader that follows a growing file sees where a record ends and whether it is whole.
/// </summary>
internal static class RecordWriter
{
    private const uint MaskDelta = 0xA282EAD8;

    /// <summary>Writes one record.</summary>
    public static void Write(Stream stream, ReadOnlySpan<byte> record)
    {
        Span<byte> header = stackalloc byte[12];
        BinaryPrimitives.WriteInt64LittleEndian(header, record.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], MaskedCrc32C(header[..8]));
        Span<byte> footer = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(footer, MaskedCrc32C(record));
        stream.Write(header);
        stream.Write(record);
        stream.Write(footer);
    }

    /// <summary>CRC-32C (Castagnoli), as RFC 3720 defines it.</summary>
    internal static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return ~crc;
    }

    /// <summary>TFRecord turns and shifts checksums so that the checksum of data that hold checksums stays meaningful.</summary>
    private static uint MaskedCrc32C(ReadOnlySpan<byte> bytes) => BitOperations.RotateRight(Crc32C(bytes), 15) + MaskDelta;
}
