using Flex.Diffusion.Backbones;
using Flex.Diffusion.Backbones.Flex;
using Flex.Diffusion.Calibration;
using Flex.Diffusion.Sampling;
using Flex.Diffusion.Tests.Tiling;
using Flex.Fields.DataSets;
using Flex.Torch;
using Flex.Torch.State;

namespace Flex.Diffusion.Tests;

public sealed class ModelFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("flex-model-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_description_is_replaced_and_the_weights_stay()
    {
        var (first, second) = (Path.Combine(_folder.FullName, "first"), Path.Combine(_folder.FullName, "second"));
        var spread = new SpreadCorrection(2, [0.1, 0.2, 0.3, 0.4], [1, 0.9, 1.1, 1], [[0, 0.1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0.2, 0, 0, 0]])
        {
            Octaves = [.. Enumerable.Range(0, 4).Select(band => new FieldLaw(0, [0.1 * band, 0, 0, 0, 0], [-1, 0.5], [2, 0.7]))],
            Field = new FieldLaw(0.3, [0.1, -0.2, 0.3, 0.05, -0.1], [-1, 0.5], [2, 0.7]),
            Local = new LocalLaw(0.15, -0.05, -0.3),
        };
        using var model = TinyModel.Create(active: true, spread: spread, symmetries: SymmetryGroup.Vorticity);
        ModelFile.Save(first, model.Model, new Dictionary<string, string> { ["made_by"] = "a test" });
        var read = ModelFile.ReadTasks(first);
        Assert.Equal(spread.Level, read.SuperResolution!.Spread!.Level);
        Assert.Equal(spread.Exponent, read.SuperResolution.Spread.Exponent);
        Assert.Equal(spread.Others, read.SuperResolution.Spread.Others);
        Assert.Equal(spread.Field.At([0.4, 0.6]), read.SuperResolution.Spread.Field!.At([0.4, 0.6]));
        Assert.Equal(spread.Field.At([-9, 9]), read.SuperResolution.Spread.Field.At([-1, 0.7]));
        Assert.Equal(spread.Octaves.Select(law => law.At([0.4, 0.6])), read.SuperResolution.Spread.Octaves!.Select(law => law.At([0.4, 0.6])));
        Assert.Equal(spread.Local, read.SuperResolution.Spread.Local);
        Assert.Equal(SymmetryGroup.Vorticity, read.Symmetries(TaskKind.SuperRes));

        ModelFile.Describe(first, second, read with { SuperResolution = read.SuperResolution with { Spread = null, Symmetries = SymmetryGroup.None } });
        var (before, after) = (SafeTensors.Read(first), SafeTensors.Read(second));
        Assert.Null(ModelFile.ReadTasks(second).SuperResolution!.Spread);
        Assert.Equal(SymmetryGroup.None, ModelFile.ReadTasks(second).Symmetries(TaskKind.SuperRes));
        Assert.Equal("a test", after.Metadata["made_by"]);
        Assert.All(before.Tensors, tensor => Assert.True(tensor.Value.Bytes.Span.SequenceEqual(after.Tensors[tensor.Key].Bytes.Span)));
    }

    [Theory]
    [InlineData("""{"steps":2,"level":[0,0,0,0],"exponent":[1,1,1,1],"field":{"level":0,"slopes":null,"lowest":[0],"highest":[0]}}""")]
    [InlineData("""{"steps":2,"level":[0,0,0,0],"exponent":[1,1,1,1],"field":{"level":0,"slopes":[0]}}""")]
    [InlineData("""{"steps":2,"level":[0,0,0,0],"exponent":[1,1,1,1],"local":{"variance":0.1}}""")]
    [InlineData("""{"steps":2,"level":[0,0,0,0],"exponent":[1,1,1,1],"octaves":[{"level":0}]}""")]
    [InlineData("""{"steps":2,"level":null,"exponent":[1,1,1,1]}""")]
    public void ASpreadThatLacksNumbers_IsRefused(string spread)
    {
        var (written, strange) = (Path.Combine(_folder.FullName, "written"), Path.Combine(_folder.FullName, "strange"));
        using (var model = TinyModel.Create(active: true))
        {
            ModelFile.Save(written, model.Model, new Dictionary<string, string>());
        }

        var file = SafeTensors.Read(written);
        SafeTensors.Write(strange, file.Tensors, new Dictionary<string, string>(file.Metadata) { ["superres_spread"] = spread });
        Assert.Contains("strange", Assert.Throws<InputException>(() => ModelFile.ReadTasks(strange)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AStem_IsKeptInTheFile()
    {
        var path = Path.Combine(_folder.FullName, "stem");
        using var scope = new TensorScope();
        using var model = TinyModel.Create(active: true, stem: Stem.SpaceToDepth);
        ModelFile.Save(path, model.Model, new Dictionary<string, string>());
        using var loaded = ModelFile.Load(path);
        Assert.Equal(Stem.SpaceToDepth, Assert.IsType<FlexConfig>(loaded.Backbone.Config).Stem);

        var (condition, noise, parameters) = (Weights.Normal(1, 1, 1, 1, 16, 16), Weights.Normal(1, 2, 1, 1, 16, 16), Tensor.Ones([1, 1]));
        float[] Sample(DiffusionModel of) => of.Sample(of.Encode(TaskKind.SuperRes, condition, parameters), parameters, noise, new DdimSampler(2)).ToArray<float>();
        model.Model.Backbone.Eval();
        Assert.Equal(Sample(model.Model), Sample(loaded));
        Assert.Contains(Sample(loaded), value => value != 0);
    }

    [Fact]
    public void FilesFromBeforeTheBaselines_Load()
    {
        var (written, old) = (Path.Combine(_folder.FullName, "written"), Path.Combine(_folder.FullName, "old"));
        using (var model = TinyModel.Create(active: true))
        {
            ModelFile.Save(written, model.Model, new Dictionary<string, string>());
        }

        var file = SafeTensors.Read(written);
        var metadata = new Dictionary<string, string>(file.Metadata)
        {
            ["model"] = """
                {"size":"tiny","model_channels":[32,32],"res_blocks":[1,1],"depth":3,"heads":2,"mlp_ratio":2,"weak_levels":1,
                 "padding":"zeros","dropout":0,"prediction":"v","logsnr_shift":2,"loss":"mse","loss_weighted":false}
                """,
        };
        SafeTensors.Write(old, file.Tensors, metadata);
        using var loaded = ModelFile.Load(old);
        var architecture = Assert.IsType<FlexConfig>(loaded.Backbone.Config);
        Assert.Equal(BackboneKind.Flex, loaded.Config.Backbone);
        Assert.Equal((1, 1.0, 1, 2), (architecture.WeakLevels, architecture.StrongStrength, architecture.BottleneckPatch, architecture.MlpRatio));
    }
}
