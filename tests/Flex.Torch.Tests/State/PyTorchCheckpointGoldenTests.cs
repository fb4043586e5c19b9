using Flex.Torch.State;
using Flex.Torch.Tests.Support;

namespace Flex.Torch.Tests.State;

public class PyTorchCheckpointGoldenTests
{
    private static readonly string[] Networks = ["encoder", "decoder", "superres_encoder"];

    [Fact]
    public void Networks_equal_the_same_weights_in_safetensors_bit_for_bit()
    {
        var root = ReadCheckpoint();
        var weights = SafeTensors.Read(Golden.File("flex-sr/weights.safetensors")).Tensors;

        var read = Networks.SelectMany(network => Dictionary(root, network).Items.Select(
            item => (Name: $"{network}.{((PickleText)item.Key).Value}", ((PickleTensor)item.Value).Data))).ToList();

        Assert.Equal(weights.Keys.Order(), read.Select(t => t.Name).Order());
        foreach (var (name, data) in read)
        {
            Assert.Equal(weights[name].Type, data.Type);
            Assert.Equal(weights[name].Shape, data.Shape);
            Assert.True(weights[name].Bytes.Span.SequenceEqual(data.Bytes.Span), name);
        }
    }

    [Fact]
    public void The_moving_average_is_a_list_in_parameter_order()
    {
        var root = ReadCheckpoint();
        var ema = Dictionary(root, "ema");
        var shadow = Assert.IsType<PickleList>(ema.Find("shadow_params")).Items;

        // Parameters are what the networks hold without the buffers of the Fourier embedding.
        var parameters = Networks.SelectMany(network => Dictionary(root, network).Items)
            .Where(item => !((PickleText)item.Key).Value.EndsWith(".freqs", StringComparison.Ordinal)
                && !((PickleText)item.Key).Value.EndsWith(".phases", StringComparison.Ordinal))
            .Select(item => ((PickleTensor)item.Value).Data.Shape);
        Assert.Equal(parameters, shadow.Select(item => ((PickleTensor)item).Data.Shape));
        Assert.InRange(Assert.IsType<PickleFloat>(ema.Find("decay")).Value, 0.9, 1);
        Assert.IsType<PickleInteger>(ema.Find("num_updates"));
        Assert.NotNull(ema.Find("collected_params"));
        Assert.Equal(new PickleInteger(3), root.Find("epoch"));
    }

    private static PickleDictionary ReadCheckpoint() =>
        Assert.IsType<PickleDictionary>(PyTorchCheckpoint.Read(Golden.File("flex-sr/checkpoint.pt")));

    private static PickleDictionary Dictionary(PickleDictionary root, string key) =>
        Assert.IsType<PickleDictionary>(root.Find(key));
}
