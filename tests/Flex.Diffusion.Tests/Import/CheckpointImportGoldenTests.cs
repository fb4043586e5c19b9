using System.Text.Json;
using Flex.Diffusion.Backbones;
using Flex.Diffusion.Import;
using Flex.Diffusion.Sampling;
using Flex.Diffusion.Tests.Golden;
using Flex.Fields.Grids;
using Flex.Torch;
using Flex.Torch.Nn;
using Flex.Torch.State;

namespace Flex.Diffusion.Tests.Import;

public sealed class CheckpointImportGoldenTests
{
    private static readonly string Folder = Path.Combine(GoldenCase.Root, "flex-sr");
    private static readonly string Checkpoint = Path.Combine(Folder, "checkpoint.pt");

    [Theory]
    [InlineData(true, "ema_tensors.safetensors")]
    [InlineData(false, "tensors.safetensors")]
    public void Samples_agree_with_the_averaged_and_with_the_raw_weights(bool averaged, string expected)
    {
        using var imported = new CheckpointImport { Averaged = averaged }.Read(Checkpoint);
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".safetensors");
        try
        {
            // Through the file, so that what is written is what is tested.
            ModelFile.Save(path, imported, new Dictionary<string, string>());
            using var model = ModelFile.LoadSuperResolution(path);
            using var scope = new TensorScope();
            using var golden = new GoldenCase("flex-sr");
            var (lowres, p) = (golden["lowres"], golden["reynolds"]);
            var answer = lowres + model.Model.Sample(model.Model.Encode(TaskKind.SuperRes, lowres, p), p, golden["x_T"], new DdimSampler(2));
            var wanted = SafeTensors.Read(Path.Combine(Folder, expected)).Tensors["sr/sample_N2"].ToTensor();
            Assert.InRange((answer - wanted).Abs().Max().Item(), 0, 2e-5 * Math.Max(1, wanted.Abs().Max().Item()));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void The_architecture_is_read_from_the_shapes()
    {
        using var model = new CheckpointImport().Read(Checkpoint);
        Assert.Equal([32, 32, 64], model.Config.ModelChannels!);
        Assert.Equal([1, 1, 1], model.Config.ResBlocks!);
        Assert.Equal((5, 4, 2), (model.Config.Depth, model.Config.Heads, model.Config.MlpRatio));
        var (task, statistics) = model.Tasks.SuperResolution!;
        Assert.Equal((32, 4, Registration.Cell), (task.Patch, task.Factor, task.Registration));
        Assert.Null(model.Tasks.Forecast);
        Assert.Equal(5.4574137, statistics.ResidualScale.Unit);
    }

    [Theory]
    [InlineData("flex-small", 13, 4, "64,128,128,256", "2,3,3,3")]
    [InlineData("flex-medium", 13, 8, "64,128,256,512", "2,3,3,4")]
    [InlineData("flex-big", 21, 16, "128,256,512,1152", "2,3,3,3")]
    public void The_released_sizes_are_recognised(string name, int depth, int heads, string channels, string blocks)
    {
        var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(GoldenCase.Root, "state_shapes.json"))).RootElement.GetProperty(name);
        var shapes = (from network in json.EnumerateObject()
                      from entry in network.Value.GetProperty("state").EnumerateObject()
                      select (Name: $"{network.Name}.{entry.Name}", Shape: entry.Value.EnumerateArray().Select(n => n.GetInt64()).ToArray()))
            .ToDictionary(e => e.Name, e => e.Shape);
        var architecture = InferredArchitecture.Of(shapes, name);
        Assert.Equal((1, true, 2), (architecture.Channels, architecture.SuperResolves, architecture.CondSnapshots));
        Assert.Equal((depth, heads, 2, 1, 256), (architecture.Depth, architecture.ReleasedHeads, architecture.MlpRatio, architecture.Parameters, architecture.ImageSize));
        Assert.Equal(channels, string.Join(',', architecture.ModelChannels));
        Assert.Equal(blocks, string.Join(',', architecture.ResBlocks));
    }

    [Fact]
    public void What_does_not_fit_is_bad_input()
    {
        void Refused(string word, CheckpointImport import, string path) =>
            Assert.Contains(word, Assert.Throws<InputException>(() => import.Read(path)).Message, StringComparison.Ordinal);

        Refused("no such file", new CheckpointImport(), "none.pt");
        Refused("factor of 5", new CheckpointImport { Factor = 5 }, Checkpoint);
        Refused("heads 3", new CheckpointImport { Heads = 3 }, Checkpoint);
        Refused("std 0", new CheckpointImport { Std = 0 }, Checkpoint);
        Refused("--var", new CheckpointImport { Variable = "u,v" }, Checkpoint);
        Refused("--parameter", new CheckpointImport { Parameter = [] }, Checkpoint);
        var cut = Path.GetTempFileName();
        File.WriteAllBytes(cut, File.ReadAllBytes(Checkpoint)[..10000]);
        Refused(cut, new CheckpointImport(), cut);
        File.Delete(cut);
    }
}
