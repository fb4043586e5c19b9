using System.IO.Compression;
using System.Text;
using Flex.Torch.State;
using Flex.Torch.Tests.Support;

namespace Flex.Torch.Tests.State;

public sealed class PyTorchCheckpointTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Path => folder.File("model.pt");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Plain_values_are_read()
    {
        // {"a": [None, True, 7, 65535, -2, -2⁴⁰, 0.5], 3: ("é",)} with every integer opcode.
        var read = Read(new PickleBuilder()
            .Op('}').Op('(').Text("a").Op(']').Op('(').Op('N').Raw(0x88).Raw((byte)'K', 7).Raw((byte)'M', 0xFF, 0xFF)
            .Raw((byte)'J', 0xFE, 0xFF, 0xFF, 0xFF).Raw(0x8a, 6, 0, 0, 0, 0, 0, 0xFF)
            .Raw((byte)'G', 0x3F, 0xE0, 0, 0, 0, 0, 0, 0).Op('e')
            .Integer(3).Text("é").Raw(0x85).Op('u'));

        var dictionary = Assert.IsType<PickleDictionary>(read);
        Assert.Equal(
            [
                PickleNone.Value, new PickleBool(true), new PickleInteger(7), new PickleInteger(65535),
                new PickleInteger(-2), new PickleInteger(-1L << 40), new PickleFloat(0.5),
            ],
            Assert.IsType<PickleList>(dictionary.Find("a")).Items);
        Assert.Equal(
            [new PickleText("é")], Assert.IsType<PickleTuple>(dictionary.Items[new PickleInteger(3)]).Items);
        Assert.Null(dictionary.Find("b"));
    }

    [Fact]
    public void Protocol_4_with_frames_and_memoize_is_read()
    {
        // What pickle.dumps(["ab", "ab"], protocol=4) gives in CPython.
        byte[] pickle =
        [
            0x80, 4, 0x95, 12, 0, 0, 0, 0, 0, 0, 0, (byte)']', 0x94, (byte)'(', 0x8c, 2, (byte)'a', (byte)'b', 0x94,
            (byte)'h', 1, (byte)'e', (byte)'.',
        ];
        var read = Assert.IsType<PickleList>(Unpickler.Read(pickle, (_, _) => PickleNone.Value, _ => PickleNone.Value));
        Assert.Equal([new PickleText("ab"), new PickleText("ab")], read.Items);
    }

    [Fact]
    public void Tensors_are_cut_from_their_storage_and_made_contiguous()
    {
        // Storage 0 … 11. As numpy: a[1:3] of shape (2,); a.reshape(3, 4).T; a.reshape(3, 4)[:, 1:3]; a[5]; expand of a[2].
        var read = Assert.IsType<PickleList>(Read(new PickleBuilder().Op(']').Op('(')
            .Tensor(12, 1, [2], [1])
            .Tensor(12, 0, [4, 3], [1, 4])
            .Tensor(12, 1, [3, 2], [4, 1])
            .Tensor(12, 5, [], [])
            .Tensor(12, 2, [2, 3], [0, 0])
            .Tensor(12, 0, [0, 3], [3, 1])
            .Op('e').Storage([.. Enumerable.Range(0, 12).Select(i => (float)i)])));

        float[][] expected =
        [
            [1, 2], [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11], [1, 2, 5, 6, 9, 10], [5], [2, 2, 2, 2, 2, 2], [],
        ];
        var tensors = read.Items.Cast<PickleTensor>().Select(t => t.Data).ToList();
        Assert.Equal(expected, tensors.Select(t => t.AsSpan<float>().ToArray()));
        Assert.Equal([4L, 3], tensors[1].Shape);
        Assert.Empty(tensors[3].Shape);
    }

    [Fact]
    public void A_parameter_is_read_as_its_tensor_and_attributes_of_a_state_dict_are_dropped()
    {
        var read = Read(new PickleBuilder()
            .Global("collections", "OrderedDict").Op(')').Op('R')
            .Text("w").Global("torch._utils", "_rebuild_parameter").Op('(').Tensor(1, 0, [1], [1]).Raw(0x88)
            .Global("collections", "OrderedDict").Op(')').Op('R').Op('t').Op('R').Op('s')
            .Op('}').Text("_metadata").Op('N').Op('s').Op('b')
            .Storage(2.5f).Entry("archive/byteorder", "little"u8.ToArray()));

        var dictionary = Assert.IsType<PickleDictionary>(read);
        Assert.Equal([new PickleText("w")], dictionary.Items.Keys);
        Assert.Equal([2.5f], Assert.IsType<PickleTensor>(dictionary.Find("w")).Data.AsSpan<float>().ToArray());
    }

    [Theory]
    [InlineData("os", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("numpy.core.multiarray", "scalar")]
    [InlineData("torch", "load")]
    public void A_call_of_anything_else_is_refused_by_name(string module, string name) =>
        Refused(new PickleBuilder().Global(module, name).Text("touch /tmp/x").Raw(0x85).Op('R'), $"{module}.{name}");

    [Fact]
    public void A_global_by_stack_is_refused_like_any_other() =>
        Refused(new PickleBuilder().Text("os").Text("system").Raw(0x93).Text("x").Raw(0x85).Op('R'), "os.system");

    [Fact]
    public void A_global_or_storage_among_the_data_is_refused()
    {
        Refused(new PickleBuilder().Op(']').Global("os", "system").Op('a'), "os.system");
        Refused(
            new PickleBuilder().Op(']').Op('(').Text("storage").Global("torch", "FloatStorage").Text("0").Text("cpu")
                .Integer(1).Op('t').Op('Q').Op('a').Storage(1f),
            "bare storage");
    }

    [Theory]
    [InlineData(4, 0, new long[] { 5 }, new long[] { 1 }, "FloatStorage", "within its storage")]
    [InlineData(4, 1, new long[] { 2, 2 }, new long[] { 2, 1 }, "FloatStorage", "within its storage")]
    [InlineData(4, -1, new long[] { 1 }, new long[] { 1 }, "FloatStorage", "within its storage")]
    [InlineData(4, 4, new long[0], new long[0], "FloatStorage", "within its storage")]
    [InlineData(4, 0, new long[] { -1 }, new long[] { 1 }, "FloatStorage", "within its storage")]
    [InlineData(4, 0, new long[] { 2 }, new long[] { -1 }, "FloatStorage", "within its storage")]
    [InlineData(4, 0, new long[] { 2 }, new long[] { 1, 1 }, "FloatStorage", "within its storage")]
    [InlineData(4, 0, new[] { long.MaxValue, 2 }, new[] { long.MaxValue, long.MaxValue }, "FloatStorage", "within its storage")]
    [InlineData(4, 0, new[] { 1L << 40 }, new long[] { 0 }, "FloatStorage", "larger than its data")]
    [InlineData(4, 0, new[] { 1L << 40, 1L << 40 }, new long[] { 0, 0 }, "FloatStorage", "larger than its data")]
    [InlineData(5, 0, new long[] { 4 }, new long[] { 1 }, "FloatStorage", "16 bytes, not 5")]
    [InlineData(4, 0, new long[] { 4 }, new long[] { 1 }, "DoubleStorage", "16 bytes, not 4")]
    [InlineData(long.MaxValue, 0, new long[] { 4 }, new long[] { 1 }, "FloatStorage", "16 bytes, not")]
    [InlineData(4, 0, new long[] { 4 }, new long[] { 1 }, "QInt8Storage", "torch.QInt8Storage")]
    public void A_tensor_that_lies_is_refused(
        long count, long offset, long[] size, long[] stride, string storage, string problem) =>
        Refused(new PickleBuilder().Tensor(count, offset, size, stride, storage).Storage(1, 2, 3, 4), problem);

    [Fact]
    public void Many_expanded_tensors_of_a_small_file_are_refused()
    {
        var builder = new PickleBuilder().Op(']');
        for (var i = 0; i < 20; i++)
        {
            builder.Tensor(1, 0, [1 << 20], [0]).Op('a');
        }

        Refused(builder.Storage(1f), "larger than its data"); // 20 × 4 MiB exceed the 64 MiB that copies may take
    }

    [Fact]
    public void Deep_circular_and_exploding_values_are_refused()
    {
        var deep = new PickleBuilder();
        for (var i = 0; i < 100_000; i++)
        {
            deep.Op(']');
        }

        for (var i = 1; i < 100_000; i++)
        {
            deep.Op('a');
        }

        Refused(deep, "deep");
        Refused(new PickleBuilder().Op(']').Raw((byte)'q', 0).Raw((byte)'h', 0).Op('a'), "themselves");
        var doubling = new PickleBuilder().Op('N');
        for (var i = 0; i < 60; i++)
        {
            doubling.Op('2').Raw(0x86);
        }

        Refused(doubling, "deep");
    }

    [Theory]
    [InlineData(new byte[] { }, "empty stack")]
    [InlineData(new byte[] { (byte)'0' }, "empty stack")]
    [InlineData(new byte[] { (byte)'(', (byte)'t', (byte)'t' }, "never opened")]
    [InlineData(new byte[] { (byte)'N', (byte)'(', (byte)'0' }, "empty stack")]
    [InlineData(new byte[] { (byte)'N', (byte)'N', (byte)'a' }, "no list")]
    [InlineData(new byte[] { (byte)'N', (byte)'K', 1, (byte)'N', (byte)'s' }, "no dictionary")]
    [InlineData(new byte[] { (byte)'}', (byte)'(', (byte)'N', (byte)'u' }, "without a value")]
    [InlineData(new byte[] { (byte)'}', (byte)']', (byte)'N', (byte)'s' }, "key")]
    [InlineData(new byte[] { (byte)'h', 9 }, "recalls value 9")]
    [InlineData(new byte[] { (byte)'N', (byte)')', (byte)'R' }, "PickleGlobal")]
    [InlineData(new byte[] { (byte)'N', (byte)'}', (byte)'b' }, "attributes")]
    [InlineData(new byte[] { 0x8a, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, "64 bits")]
    [InlineData(new byte[] { (byte)'X', 255, 255, 255, 255 }, "cut off")]
    [InlineData(new byte[] { (byte)'X', 1, 0, 0, 0, 0xFF }, "UTF-8")]
    [InlineData(new byte[] { (byte)'c', (byte)'o', (byte)'s' }, "cut off")]
    [InlineData(new byte[] { (byte)')', (byte)'Q' }, "no tensor storage")]
    [InlineData(new byte[] { 0x80, 5 }, "protocol")]
    [InlineData(new byte[] { (byte)'i' }, "opcode 0x69")]
    [InlineData(new byte[] { (byte)')', (byte)')', 0x81 }, "opcode 0x81")]
    public void A_malformed_pickle_is_refused(byte[] opcodes, string problem) =>
        Refused(new PickleBuilder().Raw(opcodes), problem);

    [Fact]
    public void A_zip_that_is_no_checkpoint_is_refused()
    {
        Refused(new PickleBuilder().Op('N').Entry("other/data.pkl", 1), "2 entries named data.pkl");
        Refused(new PickleBuilder().Op('N').Entry("archive/data/0", 1).Entry("archive/data/0", 2), "twice");
        Refused(new PickleBuilder().Op('N').Entry("archive/byteorder", "big"u8.ToArray()), "little-endian");
        Refused(new PickleBuilder().Tensor(4, 0, [4], [1]), "missing");
        new PickleBuilder().Op('N').Entry("archive/data/0", new byte[1 << 20]).Save(Path, CompressionLevel.Optimal);
        Refused("compressed");
        File.WriteAllText(Path, "no zip");
        Refused("PyTorch checkpoint");
        Assert.Throws<InputException>(() => PyTorchCheckpoint.Read(folder.File("none.pt")));
    }

    [Fact]
    public void A_damaged_checkpoint_gives_an_input_error_but_no_fault()
    {
        SmallCheckpoint().Save(Path);
        Mutation.TryAll<InputException>(File.ReadAllBytes(Path), count: 500, damaged =>
        {
            File.WriteAllBytes(Path, damaged);
            PyTorchCheckpoint.Read(Path);
        });
    }

    [Fact]
    public void A_damaged_pickle_is_refused_as_invalid_data_but_no_fault() =>
        Mutation.TryAll<InvalidDataException>(SmallCheckpoint().Op('.').Bytes, count: 2000, damaged =>
        {
            // Past the zip's checksums, which would refuse nearly all of it.
            var objects = new TorchObjects(_ => new byte[16], copyBudget: 1 << 20);
            PickleTree.Check(Unpickler.Read(damaged, objects.Call, objects.Load));
        });

    private static PickleBuilder SmallCheckpoint() => new PickleBuilder()
        .Op('}').Raw((byte)'q', 0).Op('(').Text("encoder").Global("collections", "OrderedDict").Op(')').Op('R').Op('(')
        .Text("weight").Tensor(4, 0, [2, 2], [1, 2]).Text("bias").Tensor(4, 0, [4], [1]).Op('u')
        .Text("ema").Op(']').Op('(').Integer(5).Raw((byte)'h', 0).Op('0').Op('N').Op('e').Op('u').Storage(1, 2, 3, 4);

    private PickleValue Read(PickleBuilder builder)
    {
        builder.Save(Path);
        return PyTorchCheckpoint.Read(Path);
    }

    private void Refused(PickleBuilder builder, string problem)
    {
        builder.Save(Path);
        Refused(problem);
    }

    private void Refused(string problem)
    {
        var error = Assert.Throws<InputException>(() => PyTorchCheckpoint.Read(Path));
        Assert.Contains(Path, error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }
}
