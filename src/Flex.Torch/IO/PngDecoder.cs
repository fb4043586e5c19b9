using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Flex.IO;

/// <summary>A decoded picture of 8 bits a channel.</summary>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
/// <param name="Channels">1 grey or index into a palette, 3 RGB, 4 RGBA.</param>
/// <param name="Pixels">The bytes (height, width, channels), row-major from the top left.</param>
public sealed record Picture(int Width, int Height, int Channels, byte[] Pixels);

/// <summary>Decodes the PNG files that drawing programs write: 8 bits a channel, not interlaced.</summary>
public static class PngDecoder
{
    /// <summary>Decodes a picture.</summary>
    /// <param name="png">The content of a file.</param>
    /// <returns>The picture.</returns>
    /// <exception cref="InvalidDataException">It is damaged, or no PNG of this kind.</exception>
    /// <exception cref="EndOfStreamException">It has fewer pixels than it says.</exception>
    public static Picture Decode(ReadOnlySpan<byte> png)
    {
        if (!png.StartsWith(PngChunk.Signature))
        {
            throw new InvalidDataException("not a PNG file");
        }

        var rest = png[PngChunk.Signature.Length..];
        var (width, height, channels) = Header(NextChunk(ref rest, out var type));
        var compressed = new MemoryStream();
        while (type != "IEND")
        {
            var data = NextChunk(ref rest, out type);
            if (type == "IDAT")
            {
                compressed.Write(data);
            }
        }

        compressed.Position = 0;
        using var rows = new ZLibStream(compressed, CompressionMode.Decompress);
        return new Picture(width, height, channels, Unfilter(rows, width * channels, height, channels));
    }

    private static ReadOnlySpan<byte> NextChunk(ref ReadOnlySpan<byte> rest, out string type)
    {
        const int Frame = 12;
        var length = rest.Length >= Frame ? BinaryPrimitives.ReadInt32BigEndian(rest) : -1;
        if (length < 0 || length > rest.Length - Frame)
        {
            throw new InvalidDataException("a PNG file ends early");
        }

        var typed = rest.Slice(4, 4 + length);
        if (Crc32.Of(typed) != BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + length)..]))
        {
            throw new InvalidDataException("a PNG file is damaged: a checksum does not agree");
        }

        type = Encoding.ASCII.GetString(typed[..4]);
        rest = rest[(Frame + length)..];
        return typed[4..];
    }

    private static (int Width, int Height, int Channels) Header(ReadOnlySpan<byte> header)
    {
        var channels = header.Length == 13 && header[8] == 8 && header[12] == 0
            ? header[9] switch { 0 or 3 => 1, 2 => 3, 6 => 4, _ => 0 }
            : 0;
        return channels > 0
            ? (BinaryPrimitives.ReadInt32BigEndian(header), BinaryPrimitives.ReadInt32BigEndian(header[4..]), channels)
            : throw new InvalidDataException("a PNG file is interlaced or has other than 8 bits a channel");
    }

    private static byte[] Unfilter(Stream rows, int stride, int height, int channels)
    {
        var pixels = new byte[checked(stride * height)];
        ReadOnlySpan<byte> above = new byte[stride];
        for (var y = 0; y < height; y++)
        {
            var filter = rows.ReadByte();
            var row = pixels.AsSpan(y * stride, stride);
            rows.ReadExactly(row);
            for (var i = 0; i < stride; i++)
            {
                var (left, corner) = i < channels ? (0, 0) : (row[i - channels], above[i - channels]);
                row[i] += filter switch
                {
                    0 => 0,
                    1 => (byte)left,
                    2 => above[i],
                    3 => (byte)((left + above[i]) / 2),
                    4 => PngChunk.Paeth(left, above[i], corner),
                    _ => throw new InvalidDataException($"a PNG file has the unknown filter {filter}"),
                };
            }

            above = row;
        }

        return pixels;
    }
}
