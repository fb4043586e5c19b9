using System.Buffers.Binary;
using System.IO.Compression;

namespace Flex.IO;

/// <summary>
/// Encodes frames with a common palette as an animated PNG (PNG third edition, W3C 2025, section 11.3.2), which
/// browsers play and every other PNG reader shows the first frame of.
/// </summary>
public static class AnimatedPng
{
    /// <summary>Encodes an animation that is repeated for ever.</summary>
    /// <param name="frames">The frames, at least one; each is (height, width) indices into the palette from the top left.</param>
    /// <param name="palette">Red, green and blue of at most 256 colours.</param>
    /// <param name="width">The width of every frame in pixels.</param>
    /// <param name="height">The height of every frame in pixels.</param>
    /// <param name="delay">How long each frame is shown, in whole milliseconds up to a minute.</param>
    /// <returns>The content of a file.</returns>
    /// <exception cref="ArgumentException">There is no frame, or sizes do not match.</exception>
    public static byte[] Encode(IReadOnlyList<byte[]> frames, ReadOnlySpan<byte> palette, int width, int height, TimeSpan delay)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        if (frames.Count == 0 || frames.Any(frame => frame.Length != width * height))
        {
            throw new ArgumentException($"an animation needs frames of {width} × {height} pixels", nameof(frames));
        }

        if (palette.Length is 0 or > 3 * 256 || palette.Length % 3 != 0)
        {
            throw new ArgumentException($"{palette.Length} bytes are no palette of 1 to 256 colours", nameof(palette));
        }

        const byte Indexed = 3;
        var png = new MemoryStream();
        png.Write(PngChunk.Signature);
        PngChunk.Write(png, "IHDR"u8, PngChunk.Header(width, height, Indexed));
        PngChunk.Write(png, "acTL"u8, [.. BigEndian(frames.Count), .. BigEndian(0)]); // 0 plays: without end
        PngChunk.Write(png, "PLTE"u8, palette);
        var sequence = 0;
        for (var i = 0; i < frames.Count; i++)
        {
            PngChunk.Write(png, "fcTL"u8, Control(sequence++, width, height, delay));
            var data = Compress(frames[i], width);
            if (i == 0)
            {
                PngChunk.Write(png, "IDAT"u8, data);
            }
            else
            {
                PngChunk.Write(png, "fdAT"u8, [.. BigEndian(sequence++), .. data]);
            }
        }

        PngChunk.Write(png, "IEND"u8, []);
        return png.ToArray();
    }

    /// <summary>A frame over the whole picture that replaces the one before it.</summary>
    private static byte[] Control(int sequence, int width, int height, TimeSpan delay)
    {
        const ushort PerSecond = 1000;
        var control = new byte[26];
        BinaryPrimitives.WriteInt32BigEndian(control, sequence);
        BinaryPrimitives.WriteInt32BigEndian(control.AsSpan(4), width);
        BinaryPrimitives.WriteInt32BigEndian(control.AsSpan(8), height);
        BinaryPrimitives.WriteUInt16BigEndian(control.AsSpan(20), checked((ushort)delay.TotalMilliseconds));
        BinaryPrimitives.WriteUInt16BigEndian(control.AsSpan(22), PerSecond);
        return control;
    }

    /// <summary>Without filters: neighbouring indices into a palette are not neighbouring colours.</summary>
    private static byte[] Compress(ReadOnlySpan<byte> indices, int width)
    {
        var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.SmallestSize))
        {
            for (; !indices.IsEmpty; indices = indices[width..])
            {
                zlib.WriteByte(0);
                zlib.Write(indices[..width]);
            }
        }

        return compressed.ToArray();
    }

    private static byte[] BigEndian(int number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }
}
