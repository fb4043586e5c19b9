using Flex.Diffusion.Backbones.Flex;

namespace Flex.Diffusion.Tests;

/// <summary>The counts that the specification gives for FLEX-small (SPEC §3).</summary>
public sealed class FlexFlopsTests
{
    [Fact]
    public void Small_At256()
    {
        var flops = FlexFlops.Of(FlexConfig.OfSize("small") with { ImageSize = 256 });
        Assert.Equal(69, flops.TaskEncoder / 1e9, 0.5);
        Assert.Equal(71, flops.Encoder / 1e9, 0.5);
        Assert.Equal(290, flops.Decoder / 1e9, 1.0);
    }

    [Fact]
    public void Small_At64() => Assert.Equal(26.9, FlexFlops.Of(FlexConfig.OfSize("small")).Forward / 1e9, 0.1);

    [Fact]
    public void OneConvolution_CountedByHand()
    {
        // One level of 32 channels on 8×8: stem 1→32, two blocks of two convolutions, one of them on 4×4; one transformer block of 17 tokens.
        var flops = FlexFlops.Of(new FlexConfig { ImageSize = 8, ModelChannels = [32], ResBlocks = [1], Depth = 1, Heads = 1 });
        Assert.Equal((2 * 9 * 64 * 32) + (2 * 2 * 9 * 64 * 1024) + (2 * 2 * 9 * 16 * 1024), flops.TaskEncoder);
        Assert.Equal(2 * 17 * ((8 * 1024) + (2 * 17 * 32)), flops.Encoder - flops.TaskEncoder);
    }
}
