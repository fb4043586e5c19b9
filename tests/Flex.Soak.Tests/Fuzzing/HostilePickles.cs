using System.IO.Compression;
using System.Text;
using Flex.Torch.Random;
using Flex.Torch.Tests.State;

namespace Flex.Soak.Tests.Fuzzing;

/// <summary>PyTorch checkpoints: damaged files, damaged pickles in sound zips, and what attackers write.</summary>
internal static class HostilePickles
{
    private static readonly Func<CounterGenerator, byte[]>[] _attacks = [ForbiddenGlobal, ForbiddenOpcode, DeepNesting, SharedParts, LyingTensor, ZipBomb, Quine];

    private static readonly (string Module, string Name)[] _globals =
        [("os", "system"), ("posix", "system"), ("builtins", "eval"), ("builtins", "exec"), ("subprocess", "Popen"), ("torch", "load"), ("torch._utils", "__class__"), ("collections", "OrderedDict.__init__")];

    public static FuzzFormat Format { get; } = new("pt", "case.pt", () => [], Make, (file, output) => [FuzzReader.Command("import", file, "--out", output)]);

    private static byte[] Make(CounterGenerator random) => random.NextInt(4) switch
    {
        0 => _attacks[random.NextInt(_attacks.Length)](random),
        1 => Mutator.Damage(Zip(Sound()), random),
        _ => ZipOf(Mutator.Damage(Sound().Op('.').Bytes, random)),
    };

    private static PickleBuilder Sound() => new PickleBuilder()
        .Op('}').Raw((byte)'q', 0).Op('(').Text("encoder").Global("collections", "OrderedDict").Op(')').Op('R').Op('(')
        .Text("conv_in.weight").Tensor(4, 0, [2, 2], [1, 2]).Text("conv_in.bias").Tensor(4, 0, [4], [1]).Op('u')
        .Text("ema").Op('}').Op('(').Text("shadow_params").Op(']').Op('(').Tensor(4, 0, [2, 2], [2, 1]).Op('e').Op('u')
        .Text("step").Integer(5).Text("again").Raw((byte)'h', 0).Op('0').Op('N').Op('u').Storage(1, 2, 3, 4);

    private static byte[] ForbiddenGlobal(CounterGenerator random)
    {
        var (module, name) = _globals[random.NextInt(_globals.Length)];
        var builder = new PickleBuilder().Global(module, name).Op('(').Text("touch /tmp/flex-was-here").Op('t').Op('R');
        return Zip(random.NextInt(2) == 0 ? builder : new PickleBuilder().Text(module).Text(name).Raw(0x93).Op(')').Op('R'));
    }

    // REDUCE and its kin, extension registry, persistent text, out-of-band buffers, later protocols.
    private static byte[] ForbiddenOpcode(CounterGenerator random)
    {
        byte[] opcodes = [(byte)'i', (byte)'o', 0x81, 0x92, 0x82, 0x83, 0x84, (byte)'P', 0x97, 0x98, 0x96, 0x8b, (byte)'S', (byte)'I', 0x80];
        return Zip(Sound().Op('(').Text("os\nsystem\n").Op('t').Raw(opcodes[random.NextInt(opcodes.Length)], (byte)random.NextInt(256)));
    }

    private static byte[] DeepNesting(CounterGenerator random)
    {
        var builder = new PickleBuilder();
        var depth = 1 << (4 + random.NextInt(14));
        for (var i = 0; i < depth; i++)
        {
            builder.Op(random.NextInt(2) == 0 ? ']' : '}');
        }

        for (var i = 1; i < depth; i++)
        {
            builder.Op('a');
        }

        return Zip(builder);
    }

    // Each list holds the one before it twice: a small graph that unfolds without end.
    private static byte[] SharedParts(CounterGenerator random)
    {
        var builder = new PickleBuilder().Op(']').Raw((byte)'q', 0);
        for (var i = 1; i < 40 + random.NextInt(20); i++)
        {
            builder.Op(']').Raw((byte)'q', (byte)i).Raw((byte)'h', (byte)(i - 1)).Op('a').Raw((byte)'h', (byte)(i - 1)).Op('a');
        }

        return Zip(builder);
    }

    private static byte[] LyingTensor(CounterGenerator random)
    {
        long[] lies = [-1, 0, 3, 5, 1L << 31, 1L << 40, long.MaxValue, long.MinValue];
        long Lie() => lies[random.NextInt(lies.Length)];
        return Zip(new PickleBuilder().Tensor(random.NextInt(2) == 0 ? 4 : Lie(), random.NextInt(2) == 0 ? 0 : Lie(), [Lie(), Lie()], [Lie(), random.NextInt(2)]).Storage(1, 2, 3, 4));
    }

    private static byte[] ZipBomb(CounterGenerator random) => Zip(
        Sound().Entry(random.NextInt(2) == 0 ? "archive/data/0" : "archive/data/1", new byte[16 << 20]), CompressionLevel.SmallestSize);

    // A directory whose entries all point at the same bytes.
    private static byte[] Quine(CounterGenerator random)
    {
        var zip = Zip(Sound());
        var directory = zip.AsSpan().IndexOf("PK\u0001\u0002"u8);
        return [.. zip[..directory], .. Enumerable.Repeat(zip[directory..^22], 1 + random.NextInt(1000)).SelectMany(entry => entry), .. zip[^22..]];
    }

    private static byte[] ZipOf(byte[] pickle)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, "archive/data.pkl", pickle);
            Add(zip, "archive/data/0", new byte[16]);
            Add(zip, "archive/version", Encoding.ASCII.GetBytes("3\n"));
        }

        return stream.ToArray();
    }

    private static void Add(ZipArchive zip, string name, byte[] bytes)
    {
        using var entry = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
        entry.Write(bytes);
    }

    private static byte[] Zip(PickleBuilder builder, CompressionLevel compression = CompressionLevel.NoCompression)
    {
        using var folder = new Support.TemporaryFolder();
        builder.Save(folder["x.pt"], compression);
        return File.ReadAllBytes(folder["x.pt"]);
    }
}
