using Flex.Diffusion.Backbones.Convolutions;
using Flex.Torch.Nn;

namespace Flex.Diffusion.Backbones.UNet;

/// <summary>The architecture of the U-Net baseline; the image size is a multiple of 2^(L−1).</summary>
public sealed record UNetConfig : BackboneConfig
{
    // The reference has 0.1, and 0.15 in the forecast encoder.
    private const double ForecastDropoutRatio = 1.5;

    /// <summary>w, the channels of the finest level over its multiplier; a multiple of 32.</summary>
    public int BaseWidth { get; init; } = 32;

    /// <summary>m_ℓ, the channels of each level over w, finest first.</summary>
    public IReadOnlyList<int> ChannelMult { get; init; } = [1, 1, 2, 4];

    /// <summary>Residual blocks of each level.</summary>
    public IReadOnlyList<int> ResBlocks { get; init; } = [1, 1, 1, 2];

    /// <summary>r: there is attention at the levels that the image size over r is the reduction of.</summary>
    public IReadOnlyList<int> AttentionResolutions { get; init; } = [16, 8];

    /// <summary>Attention heads; divides the channels of the levels with attention.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>L, the number of levels.</summary>
    public int Levels => ChannelMult.Count;

    /// <summary>T, the width of the embedding.</summary>
    public int Embedding => 2 * BaseWidth;

    /// <summary>A size of the paper, or <c>tiny</c>, which trains on a CPU.</summary>
    /// <param name="size">tiny, small, medium or big.</param>
    /// <returns>The architecture, for 64² patches and one parameter.</returns>
    /// <exception cref="InputException">The size is unknown.</exception>
    public static UNetConfig OfSize(string size) => size switch
    {
        "tiny" => new UNetConfig(),
        "small" => Released(32),
        "medium" => Released(64),
        "big" => Released(128),
        _ => throw UnknownSize(size),
    };

    /// <inheritdoc/>
    public override Backbone Create() => new UNetBackbone(this);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(Levels > 0 && ResBlocks.Count == Levels, $"res_blocks has {ResBlocks.Count} levels and channel_mult {Levels}; they must agree");
        Require(BaseWidth > 0 && BaseWidth % 32 == 0, $"base_width {BaseWidth} must be a positive multiple of 32 (the normalisation groups)");
        Require(ChannelMult.All(m => m > 0), "channel_mult must be positive");
        Require(ResBlocks.All(n => n > 0), "res_blocks must be positive");
        Require(
            Levels < 16 && ImageSize % (1 << (Levels - 1)) == 0,
            $"image_size {ImageSize} is not a multiple of 2^{Levels - 1}, the reduction of the {Levels} levels");
        foreach (var r in AttentionResolutions)
        {
            Require(
                r > 0 && LevelOf(r) >= 0,
                $"attention_resolutions has {r}, but image_size {ImageSize} over it is the reduction of no level (1, 2, … {1 << (Levels - 1)})");
            Require(
                Heads > 0 && BaseWidth * ChannelMult[LevelOf(r)] % Heads == 0,
                $"heads {Heads} must divide the {BaseWidth * ChannelMult[LevelOf(r)]} channels of the level with attention");
        }

        Require(ForecastDropoutRatio * Dropout < 1, $"dropout {Dropout} is too high: the forecast encoder has {ForecastDropoutRatio} times as much");
    }

    /// <summary>The levels of the shared encoder and of the decoder.</summary>
    internal Pyramid Pyramid => new()
    {
        Channels = [.. ChannelMult.Select(m => m * BaseWidth)],
        ResBlocks = ResBlocks,
        Form = new ResidualForm(Embedding, Dropout, Padding, SkipKernel: 1, LinearInitialization.Default),
        AttentionLevels = [.. AttentionResolutions.Select(LevelOf)],
        Heads = Heads,
    };

    /// <summary>The levels of a task encoder: no attention, strided convolutions between the levels.</summary>
    /// <param name="task">The task.</param>
    /// <returns>The levels.</returns>
    internal Pyramid TaskPyramid(TaskKind task)
    {
        var dropout = task == TaskKind.Forecast ? ForecastDropoutRatio * Dropout : Dropout;
        return Pyramid with { AttentionLevels = [], StridedDown = true, Form = Pyramid.Form with { Dropout = dropout } };
    }

    private static UNetConfig Released(int width) => new()
    {
        BaseWidth = width,
        ChannelMult = [1, 2, 4, 4, 8],
        ResBlocks = [1, 2, 2, 2, 6],
        AttentionResolutions = [32, 16],
    };

    /// <summary>The level, from 0, whose reduction 2^ℓ is the image size over r; −1 for none.</summary>
    private int LevelOf(int r) => Enumerable.Range(0, Levels).FirstOrDefault(level => 1 << level == ImageSize / r, -1);
}
