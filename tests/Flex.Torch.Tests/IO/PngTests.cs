using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Flex.IO;
using Flex.Torch.Random;
using Flex.Torch.Tests.Support;

namespace Flex.Torch.Tests.IO;

public class PngTests
{
    [Fact]
    public void Checksums_match_the_published_values()
    {
        Assert.Equal(0xCBF43926u, Crc32.Of("123456789"u8));
        Assert.Equal(0xCBF43926u, Crc32.Of("6789"u8, Crc32.Of("12345"u8)));
        Assert.Equal(0xAE426082u, Crc32.Of("IEND"u8)); // the last four bytes of every PNG file
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(7, 5, 1)]
    [InlineData(64, 33, 3)]
    [InlineData(5, 9, 4)]
    public void A_decoder_recovers_the_pixels(int width, int height, int channels)
    {
        var random = new CounterGenerator(seed: 1, stream: 0);
        var pixels = new byte[width * height * channels];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)random.NextInt(256);
        }

        Assert.Equal(pixels, Decode(Png.Encode(pixels, width, height, channels), width, height, channels));
    }

    [Fact]
    public void A_picture_of_few_colours_holds_its_indices_and_its_palette()
    {
        byte[] indices = [0, 1, 2, 2, 1, 0], palette = [255, 255, 255, 10, 20, 30, 0, 0, 0];
        var png = Png.EncodeIndexed(indices, palette, 3, 2);
        var picture = PngDecoder.Decode(png);
        Assert.Equal((3, 2, 1), (picture.Width, picture.Height, picture.Channels));
        Assert.Equal(indices, picture.Pixels);
        Assert.Equal(palette, png.AsSpan(png.AsSpan().IndexOf("PLTE"u8) + 4, palette.Length).ToArray());
        Assert.Throws<ArgumentException>(() => Png.EncodeIndexed(indices, [1, 2], 3, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => Png.EncodeIndexed(indices, palette, 4, 2));
    }

    [Fact]
    public void A_smooth_picture_compresses_well()
    {
        var pixels = new byte[256 * 256];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)((i % 256 + i / 256) / 2);
        }

        Assert.InRange(Png.Encode(pixels, 256, 256, 1).Length, 1, pixels.Length / 20);
    }

    [Fact]
    public void Sizes_that_do_not_match_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Png.Encode(new byte[11], 2, 2, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Png.Encode(new byte[8], 2, 2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => Png.Encode([], 0, 2, 1));
    }

    [Fact]
    public void A_file_holds_the_encoded_picture()
    {
        using var folder = new TemporaryFolder();
        Png.Write(folder.File("a.png"), [1, 2, 3], 1, 1, 3);
        Assert.Equal(Png.Encode([1, 2, 3], 1, 1, 3), File.ReadAllBytes(folder.File("a.png")));
        Assert.Throws<InputException>(() => Png.Write(folder.File("none/a.png"), [1, 2, 3], 1, 1, 3));
    }

    /// <summary>Reads a PNG of three chunks whose rows all use the Paeth filter, checking every field.</summary>
    private static byte[] Decode(byte[] png, int width, int height, int channels)
    {
        Assert.Equal([137, 80, 78, 71, 13, 10, 26, 10], png[..8]);
        var at = 8;
        var header = Chunk(png, ref at, "IHDR");
        Assert.Equal(width, BinaryPrimitives.ReadInt32BigEndian(header));
        Assert.Equal(height, BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4)));
        Assert.Equal([8, channels switch { 1 => 0, 3 => 2, _ => 6 }, 0, 0, 0], header[8..].Select(b => (int)b));
        var data = Chunk(png, ref at, "IDAT");
        Assert.Empty(Chunk(png, ref at, "IEND"));
        Assert.Equal(png.Length, at);

        var filtered = new MemoryStream();
        using (var zlib = new ZLibStream(new MemoryStream(data), CompressionMode.Decompress))
        {
            zlib.CopyTo(filtered);
        }

        return Unfilter(filtered.ToArray(), width * channels, height, channels);
    }

    private static byte[] Chunk(byte[] png, ref int at, string type)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
        Assert.Equal(type, Encoding.ASCII.GetString(png, at + 4, 4));
        var crc = BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at + 8 + length));
        Assert.Equal(Crc32.Of(png.AsSpan(at + 4, 4 + length)), crc);
        var data = png.AsSpan(at + 8, length).ToArray();
        at += 12 + length;
        return data;
    }

    private static byte[] Unfilter(byte[] filtered, int stride, int height, int channels)
    {
        Assert.Equal((stride + 1) * height, filtered.Length);
        var pixels = new byte[stride * height];
        for (var y = 0; y < height; y++)
        {
            Assert.Equal(4, filtered[y * (stride + 1)]);
            for (var x = 0; x < stride; x++)
            {
                int Pixel(int row, int column) => row < 0 || column < 0 ? 0 : pixels[row * stride + column];
                var (left, up, corner) = (Pixel(y, x - channels), Pixel(y - 1, x), x < channels ? 0 : Pixel(y - 1, x - channels));
                var estimate = left + up - corner;
                var predictor = new[] { left, up, corner }.MinBy(candidate => Math.Abs(estimate - candidate));
                pixels[y * stride + x] = (byte)(filtered[y * (stride + 1) + 1 + x] + predictor);
            }
        }

        return pixels;
    }
}
