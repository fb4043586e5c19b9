using System.Buffers.Binary;
using System.Text;
using Flex.Torch.Logging;
using Flex.Torch.Tests.Support;

namespace Flex.Torch.Tests.Logging;

public sealed class TensorBoardWriterTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly FixedTime time = new();

    public void Dispose() => folder.Dispose();

    // RFC 3720, appendix B.4, and the usual check string.
    [Fact]
    public void Checksums_match_the_published_values()
    {
        Assert.Equal(0xE3069283u, RecordWriter.Crc32C("123456789"u8));
        Assert.Equal(0x8A9136AAu, RecordWriter.Crc32C(new byte[32]));
        Assert.Equal(0x62A8AB43u, RecordWriter.Crc32C(Enumerable.Repeat((byte)0xFF, 32).ToArray()));
        Assert.Equal(0x46DD794Eu, RecordWriter.Crc32C(Enumerable.Range(0, 32).Select(i => (byte)i).ToArray()));
    }

    [Fact]
    public void Scalars_are_events_with_tag_step_and_time()
    {
        string path;
        using (var writer = new TensorBoardWriter(folder.File("logs"), time))
        {
            writer.AddScalar("loss/train", 0.25, step: 300);
            writer.AddScalar("é", double.NaN, step: 1L << 40);
            path = writer.Path;
        }

        Assert.Contains("tfevents", path, StringComparison.Ordinal);
        var events = Events(path);
        Assert.Equal(3, events.Count);
        Assert.Equal("brain.Event:2", Text(events[0][3]));
        Assert.All(events, e => Assert.Equal(1_700_000_000.5, BitConverter.UInt64BitsToDouble((ulong)e[1])));
        Assert.Equal(300UL, events[1][2]);
        var value = Fields((byte[])Fields((byte[])events[1][5])[1]);
        Assert.Equal("loss/train", Text(value[1]));
        Assert.Equal(0.25f, BitConverter.Int32BitsToSingle((int)value[2]));
        Assert.Equal(1UL << 40, events[2][2]);
        value = Fields((byte[])Fields((byte[])events[2][5])[1]);
        Assert.Equal("é", Text(value[1]));
        Assert.True(float.IsNaN(BitConverter.Int32BitsToSingle((int)value[2])));
    }

    [Fact]
    public void A_picture_is_an_image_summary()
    {
        string path;
        byte[] png = [.. Enumerable.Range(0, 300).Select(i => (byte)i)];
        using (var writer = new TensorBoardWriter(folder.File("logs"), time))
        {
            writer.AddImage("sample", png, width: 5, height: 7, channels: 3, step: 2);
            path = writer.Path;
        }

        var image = Fields((byte[])Fields((byte[])Fields((byte[])Events(path)[1][5])[1])[4]);
        Assert.Equal((7UL, 5UL, 3UL), ((ulong)image[1], (ulong)image[2], (ulong)image[3]));
        Assert.Equal(png, (byte[])image[4]);
    }

    [Fact]
    public void A_resumed_run_writes_a_new_file_that_starts_a_session_at_its_step()
    {
        using var first = new TensorBoardWriter(folder.File("logs"), time);
        using var second = new TensorBoardWriter(folder.File("logs"), time, resumeStep: 100);
        second.Flush();

        Assert.NotEqual(first.Path, second.Path);
        Assert.True(string.CompareOrdinal(first.Path, second.Path) < 0);
        var start = Events(second.Path)[1];
        Assert.Equal(100UL, start[2]);
        Assert.Equal(1UL, Fields((byte[])start[7])[1]);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_an_input_error()
    {
        File.WriteAllText(folder.File("file"), "");
        Assert.Throws<InputException>(() => new TensorBoardWriter(folder.File("file/logs"), time));
    }

    /// <summary>Reads the records of an event file, checking lengths and checksums.</summary>
    private static List<Dictionary<int, object>> Events(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var events = new List<Dictionary<int, object>>();
        for (var at = 0; at < bytes.Length;)
        {
            var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at));
            Assert.Equal(Masked(bytes.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 8)));
            var record = bytes.AsSpan(at + 12, length);
            Assert.Equal(Masked(record), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 12 + length)));
            events.Add(Fields(record.ToArray()));
            at += 16 + length;
        }

        return events;
    }

    /// <summary>CRC-32C bit by bit, masked as in TensorFlow's crc32c.h.</summary>
    private static uint Masked(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0x82F63B78);
            }
        }

        crc = ~crc;
        return ((crc >> 15) | (crc << 17)) + 0xa282ead8;
    }

    /// <summary>The last value of each field of a message: a number's bits or bytes.</summary>
    private static Dictionary<int, object> Fields(byte[] message)
    {
        var fields = new Dictionary<int, object>();
        for (var at = 0; at < message.Length;)
        {
            var tag = Varint(message, ref at);
            object value = (tag & 7) switch
            {
                0 => Varint(message, ref at),
                1 => Take(8),
                2 => Take((int)Varint(message, ref at)),
                5 => Take(4),
                _ => throw new InvalidDataException(),
            };
            fields[(int)(tag >> 3)] = (tag & 7) switch
            {
                1 => (ulong)BinaryPrimitives.ReadInt64LittleEndian((byte[])value),
                5 => BinaryPrimitives.ReadInt32LittleEndian((byte[])value),
                _ => value,
            };

            byte[] Take(int count)
            {
                at += count;
                return message[(at - count)..at];
            }
        }

        return fields;
    }

    private static ulong Varint(byte[] bytes, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var b = bytes[at++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }
    }

    private static string Text(object bytes) => Encoding.UTF8.GetString((byte[])bytes);

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_500);
    }
}
