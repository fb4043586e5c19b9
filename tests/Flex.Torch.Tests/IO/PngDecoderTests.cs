using System.IO.Compression;
using Flex.IO;

namespace Flex.Torch.Tests.IO;

public class PngDecoderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public void What_is_encoded_is_decoded(int channels)
    {
        var pixels = Enumerable.Range(0, 5 * 4 * channels).Select(i => (byte)(i * 37)).ToArray();
        var picture = PngDecoder.Decode(Png.Encode(pixels, 5, 4, channels));
        Assert.Equal((5, 4, channels), (picture.Width, picture.Height, picture.Channels));
        Assert.Equal(pixels, picture.Pixels);
    }

    // Rows 10 20 30 and 11 21 250, the second one written with each filter, by hand.
    [Theory]
    [InlineData(0, 11, 21, 250)]
    [InlineData(1, 11, 10, 229)]
    [InlineData(2, 1, 1, 220)]
    [InlineData(3, 11 - 5, 21 - 15, 250 - 25)]
    [InlineData(4, 1, 1, 220)]
    public void Every_filter_of_the_format_is_undone(int filter, int a, int b, int c) =>
        Assert.Equal([10, 20, 30, 11, 21, 250], PngDecoder.Decode(File(3, 2, 0, [0, 10, 20, 30, (byte)filter, (byte)a, (byte)b, (byte)c])).Pixels);

    [Fact]
    public void Filters_look_back_by_whole_pixels() =>
        Assert.Equal([1, 2, 3, 5, 7, 9], PngDecoder.Decode(File(2, 1, 2, [1, 1, 2, 3, 4, 5, 6])).Pixels);

    [Fact]
    public void Damaged_files_are_refused()
    {
        var good = File(3, 1, 0, [0, 1, 2, 3]);
        Assert.Throws<InvalidDataException>(() => PngDecoder.Decode("GIF89a"u8));
        Assert.Throws<InvalidDataException>(() => PngDecoder.Decode(good.AsSpan(0, good.Length - 1)));
        Assert.Throws<InvalidDataException>(() => PngDecoder.Decode(File(3, 1, 0, [9, 1, 2, 3])));
        Assert.Throws<EndOfStreamException>(() => PngDecoder.Decode(File(3, 2, 0, [0, 1, 2, 3])));
        good[^20] ^= 1;
        Assert.Throws<InvalidDataException>(() => PngDecoder.Decode(good));
    }

    private static byte[] File(int width, int height, byte colour, byte[] filtered)
    {
        var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(filtered);
        }

        var png = new MemoryStream();
        png.Write(PngChunk.Signature);
        PngChunk.Write(png, "IHDR"u8, PngChunk.Header(width, height, colour));
        PngChunk.Write(png, "IDAT"u8, data.ToArray());
        PngChunk.Write(png, "IEND"u8, []);
        return png.ToArray();
    }
}
