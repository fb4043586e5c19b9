using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Flex.Torch.State;

/// <summary>
/// The header of a safetensors file: 8 bytes of length (little-endian), then JSON that maps each name to
/// <c>{"dtype", "shape", "data_offsets": [begin, end]}</c> and <c>__metadata__</c> to text; the data follow without gaps.
/// </summary>
internal static class SafeTensorsHeader
{
    private const string MetadataKey = "__metadata__";
    private const int LengthBytes = 8;
    private const int MaxHeaderBytes = 100_000_000;
    private const int MaxRank = 64;

    // The deepest value is an array inside a tensor's object inside the root.
    private const int MaxDepth = 3;

    private static readonly (ScalarType Type, string Name)[] TypeNames =
    [
        (ScalarType.Float32, "F32"), (ScalarType.Float64, "F64"), (ScalarType.Float16, "F16"),
        (ScalarType.BFloat16, "BF16"), (ScalarType.Int64, "I64"), (ScalarType.Int32, "I32"),
        (ScalarType.Int16, "I16"), (ScalarType.Int8, "I8"), (ScalarType.UInt8, "U8"), (ScalarType.Bool, "BOOL"),
    ];

    /// <summary>Reads and checks the header of a stream that stands at its start.</summary>
    /// <exception cref="InvalidDataException">The header contradicts itself or the file's length.</exception>
    public static StateHeader Read(Stream stream)
    {
        var json = ReadJson(stream);
        try
        {
            using var document = JsonDocument.Parse(
                json, new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false });
            return Parse(document.RootElement, LengthBytes + json.Length, stream.Length);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // GetString throws InvalidOperationException on text that is no valid UTF-16.
            throw new InvalidDataException($"its header is not valid: {e.Message}", e);
        }
    }

    /// <summary>Encodes a header, padded with blanks so that the data begin at a multiple of 8.</summary>
    public static byte[] Encode(
        IReadOnlyList<KeyValuePair<string, TensorData>> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var buffer = new MemoryStream();
        buffer.Write(stackalloc byte[LengthBytes]);
        using (var json = new Utf8JsonWriter(
            buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            WriteJson(json, tensors, metadata);
        }

        while (buffer.Length % 8 != 0)
        {
            buffer.WriteByte((byte)' ');
        }

        var header = buffer.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(header, header.Length - LengthBytes);
        return header;
    }

    private static byte[] ReadJson(Stream stream)
    {
        Span<byte> prefix = stackalloc byte[LengthBytes];
        if (stream.Length < LengthBytes)
        {
            throw new InvalidDataException($"{stream.Length} bytes are too few for a header");
        }

        stream.ReadExactly(prefix);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MaxHeaderBytes || (long)length > stream.Length - LengthBytes)
        {
            throw new InvalidDataException($"it announces a header of {length} bytes but has {stream.Length} in all");
        }

        var json = new byte[length];
        stream.ReadExactly(json);
        return json;
    }

    private static StateHeader Parse(JsonElement root, long dataStart, long fileLength)
    {
        Require(root.ValueKind == JsonValueKind.Object, "its header is not a JSON object");
        var metadata = new OrderedDictionary<string, string>();
        var tensors = new List<TensorEntry>();
        foreach (var property in root.EnumerateObject())
        {
            if (property.Name == MetadataKey)
            {
                ParseMetadata(property.Value, metadata);
            }
            else
            {
                tensors.Add(ParseTensor(property.Name, property.Value, dataStart));
            }
        }

        RequireTiling(tensors, dataStart, fileLength);
        return new StateHeader(metadata, tensors);
    }

    private static void ParseMetadata(JsonElement value, OrderedDictionary<string, string> metadata)
    {
        Require(value.ValueKind == JsonValueKind.Object, $"{MetadataKey} is not a JSON object");
        foreach (var property in value.EnumerateObject())
        {
            Require(property.Value.ValueKind == JsonValueKind.String, $"{MetadataKey} '{property.Name}' is not text");
            metadata.Add(property.Name, property.Value.GetString()!);
        }
    }

    private static TensorEntry ParseTensor(string name, JsonElement value, long dataStart)
    {
        Require(value.ValueKind == JsonValueKind.Object, $"tensor '{name}' has no description");
        var type = ParseType(name, Member(name, value, "dtype", JsonValueKind.String).GetString());
        var shape = Integers(name, Member(name, value, "shape", JsonValueKind.Array));
        var offsets = Integers(name, Member(name, value, "data_offsets", JsonValueKind.Array));
        Require(offsets.Length == 2 && offsets[0] <= offsets[1], $"tensor '{name}' has wrong data_offsets");
        var length = offsets[1] - offsets[0];
        Require(
            TensorData.TryByteCount(type, shape) == length,
            $"tensor '{name}' is {type} of shape ({string.Join(", ", shape)}) but has {length} bytes");
        Require(length <= Array.MaxLength, $"tensor '{name}' has {length} bytes; at most {Array.MaxLength} can be read");
        Require(offsets[0] <= long.MaxValue - dataStart, $"tensor '{name}' lies beyond the end of the file");
        return new TensorEntry(name, type, shape, dataStart + offsets[0], (int)length);
    }

    private static JsonElement Member(string name, JsonElement value, string key, JsonValueKind kind)
    {
        Require(
            value.TryGetProperty(key, out var member) && member.ValueKind == kind,
            $"tensor '{name}' lacks a proper '{key}'");
        return member;
    }

    private static ScalarType ParseType(string name, string? text)
    {
        var index = Array.FindIndex(TypeNames, pair => pair.Name == text);
        Require(index >= 0, $"tensor '{name}' has the unsupported dtype '{text}'");
        return TypeNames[index].Type;
    }

    private static long[] Integers(string name, JsonElement array)
    {
        Require(array.GetArrayLength() <= MaxRank, $"tensor '{name}' has more than {MaxRank} dimensions");
        var values = new long[array.GetArrayLength()];
        for (var i = 0; i < values.Length; i++)
        {
            Require(
                array[i].ValueKind == JsonValueKind.Number && array[i].TryGetInt64(out values[i]) && values[i] >= 0,
                $"tensor '{name}' has a size or offset that is no whole number from 0 on");
        }

        return values;
    }

    private static void RequireTiling(List<TensorEntry> tensors, long dataStart, long fileLength)
    {
        var end = dataStart;
        foreach (var tensor in tensors.OrderBy(t => t.Offset).ThenBy(t => t.Length))
        {
            Require(tensor.Offset == end, $"tensor '{tensor.Name}' overlaps another or leaves a gap");
            end += tensor.Length;
        }

        Require(end == fileLength, $"its tensors end at byte {end} but the file has {fileLength}; it may be cut off");
    }

    private static void WriteJson(
        Utf8JsonWriter json,
        IReadOnlyList<KeyValuePair<string, TensorData>> tensors,
        IReadOnlyDictionary<string, string> metadata)
    {
        json.WriteStartObject();
        if (metadata.Count > 0)
        {
            json.WriteStartObject(MetadataKey);
            foreach (var (key, text) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                json.WriteString(key, text);
            }

            json.WriteEndObject();
        }

        var names = new HashSet<string> { MetadataKey };
        long offset = 0;
        foreach (var (name, tensor) in tensors)
        {
            if (!names.Add(name))
            {
                throw new ArgumentException($"the tensor name '{name}' is reserved or used twice", nameof(tensors));
            }

            json.WriteStartObject(name);
            json.WriteString("dtype", NameOf(tensor.Type));
            WriteArray(json, "shape", tensor.Shape);
            WriteArray(json, "data_offsets", [offset, offset + tensor.Bytes.Length]);
            json.WriteEndObject();
            offset += tensor.Bytes.Length;
        }

        json.WriteEndObject();
    }

    private static string NameOf(ScalarType type)
    {
        var index = Array.FindIndex(TypeNames, pair => pair.Type == type);
        return index >= 0 ? TypeNames[index].Name : throw new ArgumentException($"safetensors cannot hold {type}");
    }

    private static void WriteArray(Utf8JsonWriter json, string key, ReadOnlySpan<long> values)
    {
        json.WriteStartArray(key);
        foreach (var value in values)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }

    private static void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw new InvalidDataException(problem);
        }
    }
}
