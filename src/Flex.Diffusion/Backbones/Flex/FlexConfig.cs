using Flex.Diffusion.Backbones.Convolutions;
using Flex.Diffusion.Backbones.Transformers;

namespace Flex.Diffusion.Backbones.Flex;

/// <summary>The architecture of a FLEX model (SPEC §3); the image size is a multiple of 2^L and fixes the position embedding.</summary>
public sealed record FlexConfig : BackboneConfig
{
    /// <summary>Channels of each resolution level, finest first; multiples of 32.</summary>
    public IReadOnlyList<int> ModelChannels { get; init; } = [32, 32, 64, 128];

    /// <summary>Residual blocks of each level.</summary>
    public IReadOnlyList<int> ResBlocks { get; init; } = [1, 1, 1, 1];

    /// <summary>Transformer blocks in encoder, middle and decoder together; odd.</summary>
    public int Depth { get; init; } = 5;

    /// <summary>Attention heads; divides the deepest level's channels.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Hidden width of the transformer's MLP over its embedding width.</summary>
    public int MlpRatio { get; init; } = 2;

    /// <summary>W, the number of levels with weak conditioning, 0…L; null is L, as in the released checkpoints.</summary>
    public int? WeakLevels { get; init; }

    /// <summary>The factor of strong conditioning: the decoder's task skips and bottleneck are multiplied by it; finite, not negative, 1 in the paper.</summary>
    public double StrongStrength { get; init; } = 1;

    /// <summary>The size of the transformer's patches in pixels of the bottleneck: 1 as in the paper, or 2, a quarter of the tokens.</summary>
    public int BottleneckPatch { get; init; } = 1;

    /// <summary>How fields enter the networks.</summary>
    public Stem Stem { get; init; } = Stem.Convolution;

    /// <summary>L, the number of levels.</summary>
    public int Levels => ModelChannels.Count;

    /// <summary>E, the channels of the deepest level and the width of the transformer.</summary>
    public int Embedding => ModelChannels[^1];

    /// <summary>The grid at the bottleneck, in cells.</summary>
    public int Bottleneck => (ImageSize / Stem.Reduction()) >> Levels;

    /// <summary>The transformer's grid, in tokens.</summary>
    public int TokenGrid => Bottleneck / BottleneckPatch;

    /// <summary>How many of the encoder's modules are weakly conditioned: the stem and the levels up to W.</summary>
    public int WeakModules => (WeakLevels ?? Levels) is var w and > 0 ? 1 + ResBlocks.Take(w).Sum(n => n + 1) : 0;

    /// <summary>What the networks behind the stem see: fields of fewer cells and more channels.</summary>
    internal FlexConfig Inner => this with
    {
        Stem = Stem.Convolution,
        ImageSize = ImageSize / Stem.Reduction(),
        Channels = Channels * Stem.Reduction() * Stem.Reduction(),
    };

    /// <summary>The resolution levels.</summary>
    internal Pyramid Pyramid => new()
    {
        Channels = ModelChannels,
        ResBlocks = ResBlocks,
        Form = new ResidualForm(Embedding, Dropout, Padding),
        ReducesLast = true,
    };

    /// <summary>The transformer's blocks.</summary>
    internal TransformerForm Transformer => new(Embedding, Heads, MlpRatio, Dropout, TanhGelu: true);

    /// <summary>A size of the paper, or <c>tiny</c>, which trains on a CPU.</summary>
    /// <param name="size">tiny, small, medium or big.</param>
    /// <returns>The architecture, for 64² patches and one parameter.</returns>
    /// <exception cref="InputException">The size is unknown.</exception>
    public static FlexConfig OfSize(string size) => size switch
    {
        "tiny" => new FlexConfig(),
        "small" => new FlexConfig { ModelChannels = [64, 128, 128, 256], ResBlocks = [2, 3, 3, 3], Depth = 13, Heads = 4 },
        "medium" => new FlexConfig { ModelChannels = [64, 128, 256, 512], ResBlocks = [2, 3, 3, 4], Depth = 13, Heads = 8 },
        "big" => new FlexConfig { ModelChannels = [128, 256, 512, 1152], ResBlocks = [2, 3, 3, 3], Depth = 21, Heads = 16 },
        _ => throw UnknownSize(size),
    };

    /// <inheritdoc/>
    public override Backbone Create() => new FlexBackbone(this);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(Levels > 0 && ResBlocks.Count == Levels, $"res_blocks has {ResBlocks.Count} levels and model_channels {Levels}; they must agree");
        Require(ModelChannels.All(c => c > 0 && c % 32 == 0), "model_channels must be positive multiples of 32 (the normalisation groups)");
        Require(ResBlocks.All(n => n > 0), "res_blocks must be positive");
        Require(Levels < 16 && ImageSize % (Stem.Reduction() << Levels) == 0, Stem == Stem.Convolution
            ? $"image_size {ImageSize} is not a multiple of 2^{Levels}, the reduction of the {Levels} levels"
            : $"image_size {ImageSize} is not a multiple of 2^{Levels + 1}, the reduction of the stem and the {Levels} levels");
        RequireTransformer(Depth, Embedding, Heads, MlpRatio);
        Require(WeakLevels is null || (WeakLevels >= 0 && WeakLevels <= Levels), $"weak_levels {WeakLevels} is outside 0…{Levels}");
        Require(double.IsFinite(StrongStrength) && StrongStrength >= 0, $"strong_strength {StrongStrength} must be finite and not negative");
        Require(BottleneckPatch is 1 or 2, $"bottleneck_patch {BottleneckPatch} must be 1 or 2");
        Require(Bottleneck % BottleneckPatch == 0, $"bottleneck_patch 2 needs an even bottleneck; image_size {ImageSize} over {Stem.Reduction() << Levels} is {Bottleneck}");
    }
}
