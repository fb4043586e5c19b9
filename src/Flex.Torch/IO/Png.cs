using System.Buffers.Binary;
using System.IO.Compression;

namespace Flex.IO;

/// <summary>Encodes pictures of 8 bits a channel as PNG (ISO/IEC 15948).</summary>
public static class Png
{
    private const byte PaethFilter = 4;

    /// <summary>Encodes a picture.</summary>
    /// <param name="pixels">The bytes (height, width, channels), row-major from the top left.</param>
    /// <param name="width">The width in pixels, at least 1.</param>
    /// <param name="height">The height in pixels, at least 1.</param>
    /// <param name="channels">1 for grey, 3 for RGB, 4 for RGBA.</param>
    /// <returns>The content of a PNG file.</returns>
    /// <exception cref="ArgumentException">The sizes and the number of bytes do not match.</exception>
    public static byte[] Encode(ReadOnlySpan<byte> pixels, int width, int height, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNotEqual(pixels.Length, (long)width * height * channels);
        byte colour = channels switch
        {
            1 => 0,
            3 => 2,
            4 => 6,
            _ => throw new ArgumentOutOfRangeException(nameof(channels), channels, "1, 3 or 4 channels"),
        };

        var png = new MemoryStream();
        png.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        WriteChunk(png, "IHDR"u8, Header(width, height, colour));
        WriteChunk(png, "IDAT"u8, Compress(pixels, width * channels, channels));
        WriteChunk(png, "IEND"u8, []);
        return png.ToArray();
    }

    /// <summary>Encodes a picture into a file, atomically.</summary>
    /// <param name="path">The file.</param>
    /// <param name="pixels">The bytes (height, width, channels), row-major from the top left.</param>
    /// <param name="width">The width in pixels, at least 1.</param>
    /// <param name="height">The height in pixels, at least 1.</param>
    /// <param name="channels">1 for grey, 3 for RGB, 4 for RGBA.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string path, ReadOnlySpan<byte> pixels, int width, int height, int channels)
    {
        var png = Encode(pixels, width, height, channels);
        AtomicFile.Write(path, stream => stream.Write(png));
    }

    private static byte[] Header(int width, int height, byte colour)
    {
        // Bit depth 8; deflate, adaptive filters and no interlacing are the zeros at the end.
        byte[] header = [0, 0, 0, 0, 0, 0, 0, 0, 8, colour, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        return header;
    }

    private static byte[] Compress(ReadOnlySpan<byte> pixels, int stride, int channels)
    {
        var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Optimal))
        {
            var filtered = new byte[1 + stride];
            filtered[0] = PaethFilter;
            ReadOnlySpan<byte> above = new byte[stride];
            for (; !pixels.IsEmpty; pixels = pixels[stride..])
            {
                var row = pixels[..stride];
                Filter(row, above, filtered.AsSpan(1), channels);
                zlib.Write(filtered);
                above = row;
            }
        }

        return compressed.ToArray();
    }

    /// <summary>Subtracts from each byte the neighbour (left, above, above left) nearest to left + above − above left.</summary>
    private static void Filter(ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, Span<byte> filtered, int channels)
    {
        for (var i = 0; i < row.Length; i++)
        {
            int a = i < channels ? 0 : row[i - channels];
            int b = above[i];
            int c = i < channels ? 0 : above[i - channels];
            var (toA, toB, toC) = (Math.Abs(b - c), Math.Abs(a - c), Math.Abs(a + b - 2 * c));
            var nearest = toA <= toB && toA <= toC ? a : toB <= toC ? b : c;
            filtered[i] = (byte)(row[i] - nearest);
        }
    }

    private static void WriteChunk(MemoryStream png, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        png.Write(type);
        png.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Of(data, Crc32.Of(type)));
        png.Write(number);
    }
}
