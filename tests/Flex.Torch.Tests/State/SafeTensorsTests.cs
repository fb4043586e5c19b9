using System.Buffers.Binary;
using System.Text;
using Flex.Torch.State;
using Flex.Torch.Tests.Support;

namespace Flex.Torch.Tests.State;

public sealed class SafeTensorsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_is_written_is_read_back()
    {
        var path = folder.File("a.safetensors");
        var tensors = new OrderedDictionary<string, TensorData>
        {
            ["z.weight"] = TensorData.From<float>([1, 2, 3, 4, 5, 6], 2, 3),
            ["a.flags"] = TensorData.From<bool>([true, false, true]),
            ["step"] = TensorData.From<long>([long.MinValue]),
            ["empty"] = TensorData.From<double>([], 4, 0, 2),
            ["half"] = TensorData.From<Half>([(Half)0.5f]),
            ["bf16"] = new TensorData(ScalarType.BFloat16, [2], new byte[] { 0x80, 0x3F, 0, 0xC0 }),
            ["scalar"] = new TensorData(ScalarType.Int32, [], new byte[] { 7, 0, 0, 0 }),
        };
        var metadata = new Dictionary<string, string> { ["config"] = "a: 1\n\"quoted\" é", ["base"] = "" };

        SafeTensors.Write(path, tensors, metadata);
        var read = SafeTensors.Read(path);

        Assert.Equal(tensors.Keys, read.Tensors.Keys);
        Assert.Equal(metadata.OrderBy(p => p.Key), read.Metadata);
        foreach (var (name, tensor) in tensors)
        {
            Assert.Equal(tensor.Type, read.Tensors[name].Type);
            Assert.Equal(tensor.Shape, read.Tensors[name].Shape);
            Assert.Equal(tensor.Bytes.ToArray(), read.Tensors[name].Bytes.ToArray());
        }

        Assert.Equal([1f, 2, 3, 4, 5, 6], read.Tensors["z.weight"].AsSpan<float>().ToArray());
        Assert.Throws<InvalidOperationException>(() => read.Tensors["z.weight"].AsSpan<double>().Length);
    }

    [Fact]
    public void The_bytes_of_a_file_are_those_of_the_format()
    {
        var path = folder.File("b.safetensors");
        SafeTensors.Write(path, [new("w", TensorData.From<float>([1f]))], new Dictionary<string, string> { ["k"] = "v" });

        const string Json = """{"__metadata__":{"k":"v"},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""";
        var padded = Json.PadRight((Json.Length + 7) / 8 * 8);
        byte[] expected = [(byte)padded.Length, 0, 0, 0, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(padded), 0, 0, 0x80, 0x3F];
        Assert.Equal(expected, File.ReadAllBytes(path));
    }

    [Fact]
    public void The_header_alone_tells_names_types_and_places()
    {
        var path = folder.File("c.safetensors");
        SafeTensors.Write(path, [new("a", TensorData.From<float>([1, 2])), new("b", TensorData.From<long>([3], 1, 1))]);

        var header = SafeTensors.ReadHeader(path);

        Assert.Equal(["a", "b"], header.Tensors.Select(t => t.Name));
        Assert.Equal(new FileInfo(path).Length - 8, header.Tensors[1].Offset);
        Assert.Equal(8, header.Tensors[1].Length);
        Assert.Equal([1L, 1], header.Tensors[1].Shape);
    }

    [Fact]
    public void A_name_used_twice_or_reserved_is_refused()
    {
        var tensor = TensorData.From<float>([1]);
        var path = folder.File("d.safetensors");
        Assert.Throws<ArgumentException>(() => SafeTensors.Write(path, [new("a", tensor), new("a", tensor)]));
        Assert.Throws<ArgumentException>(() => SafeTensors.Write(path, [new("__metadata__", tensor)]));
        Assert.False(File.Exists(path));
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 7, "cut off")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 9, "tensors end at")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "has 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "whole number")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", 8, "whole number")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""", 0, "has 0 bytes")]
    [InlineData("""{"a":{"dtype":"U8","shape":[9223372036854775807],"data_offsets":[0,9223372036854775807]}}""", 8, "at most")]
    [InlineData("""{"a":{"dtype":"F32","shape":[0],"data_offsets":[9223372036854775807,9223372036854775807]}}""", 8, "beyond")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}}""", 8, "data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}""", 8, "data_offsets")]
    [InlineData("""{"a":{"dtype":"Q9","shape":[2],"data_offsets":[0,8]}}""", 8, "unsupported dtype 'Q9'")]
    [InlineData("""{"a":{"shape":[2],"data_offsets":[0,8]}}""", 8, "'dtype'")]
    [InlineData("""{"a":{"dtype":"F32","shape":"2","data_offsets":[0,8]}}""", 8, "'shape'")]
    [InlineData("""{"a":7}""", 0, "no description")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2, "header is not valid")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""", 3, "overlaps")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}""", 3, "gap")]
    [InlineData("""{"__metadata__":{"k":1}}""", 0, "not text")]
    [InlineData("""{"__metadata__":"k"}""", 0, "not a JSON object")]
    [InlineData("""[]""", 0, "not a JSON object")]
    [InlineData("""{"a":{"b":{"c":{"d":{}}}}}""", 0, "header is not valid")]
    [InlineData("""{"a":""", 0, "header is not valid")]
    [InlineData("""{"\ud800":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""", 0, "header is not valid")]
    public void A_header_that_lies_is_refused(string json, int dataBytes, string problem)
    {
        var path = folder.File("hostile.safetensors");
        var header = Encoding.UTF8.GetBytes(json);
        var file = new byte[8 + header.Length + dataBytes];
        BinaryPrimitives.WriteInt64LittleEndian(file, header.Length);
        header.CopyTo(file, 8);
        File.WriteAllBytes(path, file);

        var error = Assert.Throws<InputException>(() => SafeTensors.Read(path));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Throws<InputException>(() => SafeTensors.ReadHeader(path));
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 1, 2, 3 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 3, 0, 0, 0, 0, 0, 0, 0, 123, 125 })]
    [InlineData(new byte[] { 255, 255, 255, 255, 255, 255, 255, 255, 123, 125 })]
    [InlineData(new byte[] { 2, 0, 0, 0, 0, 0, 0, 128, 123, 125 })]
    public void A_length_that_lies_is_refused(byte[] file)
    {
        var path = folder.File("short.safetensors");
        File.WriteAllBytes(path, file);
        Assert.Throws<InputException>(() => SafeTensors.Read(path));
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_input_errors()
    {
        Assert.Throws<InputException>(() => SafeTensors.Read(folder.File("none")));
        Assert.Throws<InputException>(() => SafeTensors.Read(Path.GetTempPath()));
        Assert.Throws<InputException>(() => SafeTensors.Write(folder.File("none/x"), []));
    }

    [Fact]
    public void A_damaged_file_gives_an_input_error_or_other_values_but_no_fault()
    {
        var path = folder.File("mutated.safetensors");
        SafeTensors.Write(
            path,
            [new("a.weight", TensorData.From<float>([1, 2, 3, 4], 2, 2)), new("b", TensorData.From<long>([5]))],
            new Dictionary<string, string> { ["config"] = "x: 1" });
        Mutation.TryAll<InputException>(File.ReadAllBytes(path), count: 500, damaged =>
        {
            File.WriteAllBytes(path, damaged);
            SafeTensors.Read(path);
        });
    }
}
