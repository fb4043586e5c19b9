using System.Buffers.Binary;
using System.Text;
using Flex.IO;

namespace Flex.Torch.Tests.IO;

public class AnimatedPngTests
{
    private static readonly byte[] Palette = [0, 0, 0, 255, 0, 0, 255, 255, 255];
    private static readonly byte[][] Frames = [[0, 1, 2, 0, 1, 2], [2, 2, 2, 1, 1, 1], [0, 0, 0, 0, 0, 2]];

    [Fact]
    public void The_chunks_are_those_of_the_format_in_its_order()
    {
        var chunks = Chunks(Encode());
        Assert.Equal(
            ["IHDR", "acTL", "PLTE", "fcTL", "IDAT", "fcTL", "fdAT", "fcTL", "fdAT", "IEND"], chunks.Select(chunk => chunk.Type));
        Assert.Equal([0, 0, 0, 3, 0, 0, 0, 2, 8, 3, 0, 0, 0], chunks[0].Data);
        Assert.Equal([0, 0, 0, 3, 0, 0, 0, 0], chunks[1].Data);
        Assert.Equal(Palette, chunks[2].Data);

        // Whole frames at the origin, 150/1000 s, disposal and blending by replacement.
        Assert.Equal([0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 150, 3, 232, 0, 0], chunks[3].Data[4..]);
        Assert.Equal(
            [0, 1, 2, 3, 4],
            chunks.Where(chunk => chunk.Type is "fcTL" or "fdAT").Select(chunk => BinaryPrimitives.ReadInt32BigEndian(chunk.Data)));
    }

    [Fact]
    public void Readers_that_know_no_animation_see_the_first_frame()
    {
        var picture = PngDecoder.Decode(Encode());
        Assert.Equal((3, 2, 1), (picture.Width, picture.Height, picture.Channels));
        Assert.Equal(Frames[0], picture.Pixels);
    }

    [Fact]
    public void Every_frame_is_a_picture_of_its_own()
    {
        var chunks = Chunks(Encode());
        foreach (var (frame, chunk) in Frames[1..].Zip(chunks.Where(chunk => chunk.Type == "fdAT")))
        {
            var png = new MemoryStream();
            png.Write(PngChunk.Signature);
            PngChunk.Write(png, "IHDR"u8, chunks[0].Data);
            PngChunk.Write(png, "IDAT"u8, chunk.Data.AsSpan(4));
            PngChunk.Write(png, "IEND"u8, []);
            Assert.Equal(frame, PngDecoder.Decode(png.ToArray()).Pixels);
        }
    }

    [Fact]
    public void Frames_and_palettes_of_the_wrong_size_are_refused()
    {
        var delay = TimeSpan.FromSeconds(1);
        Assert.Throws<ArgumentException>(() => AnimatedPng.Encode([], Palette, 3, 2, delay));
        Assert.Throws<ArgumentException>(() => AnimatedPng.Encode([[1]], Palette, 3, 2, delay));
        Assert.Throws<ArgumentException>(() => AnimatedPng.Encode(Frames, [], 3, 2, delay));
        Assert.Throws<ArgumentException>(() => AnimatedPng.Encode(Frames, [1, 2], 3, 2, delay));
        Assert.Throws<ArgumentException>(() => AnimatedPng.Encode(Frames, new byte[3 * 257], 3, 2, delay));
    }

    private static byte[] Encode() => AnimatedPng.Encode(Frames, Palette, 3, 2, TimeSpan.FromMilliseconds(150));

    /// <summary>Splits a file, checking every checksum.</summary>
    private static List<(string Type, byte[] Data)> Chunks(byte[] png)
    {
        var chunks = new List<(string, byte[])>();
        for (var at = 8; at < png.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            var typed = png.AsSpan(at + 4, 4 + length);
            Assert.Equal(Crc32.Of(typed), BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at + 8 + length)));
            chunks.Add((Encoding.ASCII.GetString(typed[..4]), typed[4..].ToArray()));
            at += 12 + length;
        }

        return chunks;
    }
}
