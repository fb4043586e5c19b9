using Flex.Diffusion.Backbones;
using Flex.Diffusion.Backbones.Flex;
using Flex.Diffusion.Tests.Tiling;
using Flex.Torch.State;

namespace Flex.Diffusion.Tests;

public sealed class ModelFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("flex-model-");

    public void Dispose() => _folder.Delete(recursive: true);

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
