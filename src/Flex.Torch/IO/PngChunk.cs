using System.Buffers.Binary;

namespace Flex.IO;

/// <summary>The pieces that PNG files are made of (ISO/IEC 15948): length, type, data and checksum.</summary>
internal static class PngChunk
{
    /// <summary>The first bytes of every file.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>The data of the header chunk: 8 bits a channel, not interlaced.</summary>
    /// <param name="width">In pixels.</param>
    /// <param name="height">In pixels.</param>
    /// <param name="colour">The format's colour type: 0 grey, 2 RGB, 3 indices into a palette, 6 RGBA.</param>
    public static byte[] Header(int width, int height, byte colour)
    {
        // Deflate, adaptive filters and no interlacing are the zeros at the end.
        byte[] header = [0, 0, 0, 0, 0, 0, 0, 0, 8, colour, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        return header;
    }

    /// <summary>Appends a chunk.</summary>
    public static void Write(Stream png, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        png.Write(type);
        png.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Of(data, Crc32.Of(type)));
        png.Write(number);
    }

    /// <summary>The neighbour (left, above, above left) nearest to left + above − above left.</summary>
    public static byte Paeth(int left, int above, int corner)
    {
        var (toLeft, toAbove, toCorner) =
            (Math.Abs(above - corner), Math.Abs(left - corner), Math.Abs(left + above - (2 * corner)));
        return (byte)(toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner);
    }
}
