using System.Buffers.Binary;
using System.Text;
using Flex.Cli;
using Flex.Diffusion;
using Flex.Fields.DataSets;
using Flex.Fields.Grids;
using Flex.Fields.Resampling;
using Flex.Soak.Tests.Support;
using Flex.Torch;
using Flex.Torch.Random;
using Flex.Training;

namespace Flex.Soak.Tests.Fuzzing;

/// <summary>Models and checkpoints: damaged files, and sound data under headers and configurations that lie.</summary>
internal static class HostileStates
{
    private static readonly string[] _values =
        ["-1", "0", "1e999", "null", "[]", "{}", "\"\"", "9223372036854775807", "1048576", "[1,[2,[3,[4]]]]", "\"\\ud800\"", "true", "4294967296", "0.5"];

    private static readonly Lazy<byte[]> _model = new(MakeModel), _checkpoint = new(MakeCheckpoint);

    /// <summary>Model files, as <c>flex superres</c> reads them.</summary>
    public static FuzzFormat Models { get; } = new(
        "safetensors",
        "case.safetensors",
        () => [_model.Value],
        random => Make(_model.Value, random),
        (file, output) => [FuzzReader.Command("info", file), FuzzReader.Command("compact", file, "--out", output)]);

    /// <summary>Checkpoints, as <c>flex train --resume</c> reads them.</summary>
    public static FuzzFormat Checkpoints { get; } = new(
        "checkpoint",
        "checkpoint-5.safetensors",
        () => [_checkpoint.Value],
        random => Make(_checkpoint.Value, random),
        (file, _) => [FuzzReader.Command("info", file), new FuzzReader("restore", () => Restore(file))]);

    private static byte[] Make(byte[] sound, CounterGenerator random) => random.NextInt(4) switch
    {
        0 => Mutator.Damage(sound, random),
        1 => WithHeader(sound, header => Encoding.UTF8.GetString(Mutator.Damage(Encoding.UTF8.GetBytes(header), random))),
        2 => WithHeader(sound, header => Nest(header, 1 << random.NextInt(20))),
        _ => WithHeader(sound, header => Replace(header, random)),
    };

    // The length in front stays true, so that the lie is met further in.
    private static byte[] WithHeader(byte[] sound, Func<string, string> change)
    {
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(sound);
        var header = Encoding.UTF8.GetBytes(change(Encoding.UTF8.GetString(sound, 8, length)));
        var file = new byte[8 + header.Length + (sound.Length - 8 - length)];
        BinaryPrimitives.WriteInt64LittleEndian(file, header.Length);
        header.CopyTo(file, 8);
        sound.AsSpan(8 + length).CopyTo(file.AsSpan(8 + header.Length));
        return file;
    }

    private static string Nest(string header, int depth) => "{\"a\":" + new string('[', depth) + header + new string(']', depth) + "}";

    // Puts something else after one of the colons, those inside the configuration's text included.
    private static string Replace(string header, CounterGenerator random)
    {
        var parts = header.Split(':');
        var i = 1 + random.NextInt(parts.Length - 1);
        var end = parts[i].IndexOfAny([',', '}', ']']);
        parts[i] = _values[random.NextInt(_values.Length)] + (end < 0 ? "" : parts[i][end..]);
        return string.Join(':', parts);
    }

    private static (string, Tensor)[] State() =>
        [("model.weight", Tensor.From<float>([1, 2, 3, 4], 2, 2)), ("optimizer.weight.m", Tensor.From<float>([0, 0, 0, 0], 2, 2)), ("ema.weight", Tensor.From<float>([1, 2, 3, 4], 2, 2))];

    private static byte[] MakeCheckpoint()
    {
        using var folder = new TemporaryFolder();
        using var scope = new TensorScope();
        Checkpoint.Write(folder["c"], State(), new TrainingPosition(Step: 5, LossSum: 0.5, BestStep: 4, BestLoss: 0.25), "steps: 10\n");
        return File.ReadAllBytes(folder["c"]);
    }

    private static Tool Restore(string path)
    {
        using var scope = new TensorScope();
        try
        {
            Checkpoint.Read(path, State());
            return new Tool(ExitStatus.Success, "", "");
        }
        catch (InputException e)
        {
            return new Tool(ExitStatus.BadInput, "", $"flex: {e.Message}\n");
        }
    }

    private static byte[] MakeModel()
    {
        var config = new ModelConfig { ModelChannels = [32, 32], ResBlocks = [1, 1], Depth = 1, Heads = 2 };
        var statistics = new DataStatistics
        {
            Mean = 0,
            Std = 1,
            ResidualRms = 0.1,
            ResidualScale = new ResidualScale { Kind = ResidualScaleKind.Global, Unit = 0.1 },
        };
        using var folder = new TemporaryFolder();
        using var model = new DiffusionModel(config, new ModelTasks(SuperResolution: new(new SuperResolutionTask { Variable = "w", Factor = 4, Patch = 16, Interpolation = Interpolation.Bicubic, Registration = Registration.Node, Parameter = ["reynolds"], ParameterScale = 1000 }, statistics)));
        model.Backbone.Initialize(1);
        ModelFile.Save(folder["m"], model, new Dictionary<string, string>());
        return File.ReadAllBytes(folder["m"]);
    }
}
