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

        return Assemble(PngChunk.Header(width, height, colour), [], Compress(pixels, width * channels, channels));
    }

    /// <summary>Encodes a picture of few colours, about a third of the size of the same one in RGB.</summary>
    /// <param name="indices">The index (height, width) of every pixel's colour, row-major from the top left.</param>
    /// <param name="palette">Red, green and blue of at most 256 colours; a scale's neighbours compress best side by side.</param>
    /// <param name="width">The width in pixels, at least 1.</param>
    /// <param name="height">The height in pixels, at least 1.</param>
    /// <returns>The content of a PNG file.</returns>
    /// <exception cref="ArgumentException">The sizes and the number of bytes do not match.</exception>
    public static byte[] EncodeIndexed(ReadOnlySpan<byte> indices, ReadOnlySpan<byte> palette, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNotEqual(indices.Length, (long)width * height);
        if (palette.Length is 0 or > 3 * 256 || palette.Length % 3 != 0)
        {
            throw new ArgumentException($"{palette.Length} bytes are no palette of 1 to 256 colours", nameof(palette));
        }

        const byte Indexed = 3;
        return Assemble(PngChunk.Header(width, height, Indexed), palette, Compress(indices, width, channels: 1));
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

    private static byte[] Assemble(ReadOnlySpan<byte> header, ReadOnlySpan<byte> palette, ReadOnlySpan<byte> data)
    {
        var png = new MemoryStream();
        png.Write(PngChunk.Signature);
        PngChunk.Write(png, "IHDR"u8, header);
        if (!palette.IsEmpty)
        {
            PngChunk.Write(png, "PLTE"u8, palette);
        }

        PngChunk.Write(png, "IDAT"u8, data);
        PngChunk.Write(png, "IEND"u8, []);
        return png.ToArray();
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
            var (a, c) = i < channels ? (0, 0) : (row[i - channels], above[i - channels]);
            filtered[i] = (byte)(row[i] - PngChunk.Paeth(a, above[i], c));
        }
    }
}
