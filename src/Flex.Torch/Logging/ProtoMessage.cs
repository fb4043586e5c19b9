using System.Buffers.Binary;
using System.Text;

namespace Flex.Torch.Logging;

/// <summary>Encodes a protocol-buffer message field by field (https://protobuf.dev/programming-guides/encoding).</summary>
internal sealed class ProtoMessage
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int LengthDelimited = 2;
    private const int Fixed32 = 5;

    private readonly List<byte> bytes = [];

    /// <summary>The encoded message.</summary>
    public byte[] ToArray() => [.. bytes];

    /// <summary>Adds an <c>int64</c>, <c>int32</c> or enumeration.</summary>
    public ProtoMessage Add(int field, long value)
    {
        Tag(field, Varint);
        AddVarint((ulong)value);
        return this;
    }

    /// <summary>Adds a <c>double</c>.</summary>
    public ProtoMessage Add(int field, double value)
    {
        Span<byte> encoded = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(encoded, value);
        Tag(field, Fixed64);
        bytes.AddRange(encoded);
        return this;
    }

    /// <summary>Adds a <c>float</c>.</summary>
    public ProtoMessage Add(int field, float value)
    {
        Span<byte> encoded = stackalloc byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(encoded, value);
        Tag(field, Fixed32);
        bytes.AddRange(encoded);
        return this;
    }

    /// <summary>Adds a <c>string</c>.</summary>
    public ProtoMessage Add(int field, string text) => Add(field, Encoding.UTF8.GetBytes(text));

    /// <summary>Adds a message.</summary>
    public ProtoMessage Add(int field, ProtoMessage message) => Add(field, message.ToArray());

    /// <summary>Adds <c>bytes</c>.</summary>
    public ProtoMessage Add(int field, ReadOnlySpan<byte> data)
    {
        Tag(field, LengthDelimited);
        AddVarint((ulong)data.Length);
        bytes.AddRange(data);
        return this;
    }

    private void Tag(int field, int wireType) => AddVarint((ulong)((field << 3) | wireType));

    private void AddVarint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
    }
}
