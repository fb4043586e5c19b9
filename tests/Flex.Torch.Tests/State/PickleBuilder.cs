using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Flex.Torch.Tests.State;

/// <summary>Assembles a pickle opcode by opcode and puts it into a checkpoint, well-formed or not.</summary>
public sealed class PickleBuilder
{
    private readonly List<byte> pickle = [];
    private readonly List<(string Name, byte[] Bytes)> entries = [];

    public PickleBuilder() => Raw(0x80, 2);

    public byte[] Bytes => [.. pickle];

    public PickleBuilder Raw(params byte[] bytes)
    {
        pickle.AddRange(bytes);
        return this;
    }

    public PickleBuilder Op(char opcode) => Raw((byte)opcode);

    public PickleBuilder Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Op('X').Raw(Int32(bytes.Length)).Raw(bytes);
    }

    public PickleBuilder Integer(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return Raw(0x8a, 8).Raw(bytes);
    }

    public PickleBuilder Global(string module, string name) => Raw([(byte)'c', .. Encoding.ASCII.GetBytes($"{module}\n{name}\n")]);

    public PickleBuilder Tuple(params long[] values)
    {
        Op('(');
        foreach (var value in values)
        {
            Integer(value);
        }

        return Op('t');
    }

    /// <summary>A tensor over a float storage of <paramref name="count"/> elements.</summary>
    public PickleBuilder Tensor(long count, long offset, long[] size, long[] stride, string storage = "FloatStorage", string key = "0") =>
        Global("torch._utils", "_rebuild_tensor_v2")
            .Op('(').Op('(').Text("storage").Global("torch", storage).Text(key).Text("cpu").Integer(count).Op('t').Op('Q')
            .Integer(offset).Tuple(size).Tuple(stride)
            .Raw(0x89).Global("collections", "OrderedDict").Op(')').Op('R').Op('t').Op('R');

    public PickleBuilder Entry(string name, params byte[] bytes)
    {
        entries.Add((name, bytes));
        return this;
    }

    public PickleBuilder Storage(params float[] values) =>
        Entry("archive/data/0", System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    /// <summary>Ends the pickle and writes the checkpoint.</summary>
    public void Save(string path, CompressionLevel compression = CompressionLevel.NoCompression)
    {
        Op('.');
        using var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        foreach (var (name, bytes) in entries.Prepend(("archive/data.pkl", Bytes)))
        {
            using var stream = zip.CreateEntry(name, compression).Open();
            stream.Write(bytes);
        }
    }

    private static byte[] Int32(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}
