using Flex.Diffusion.Backbones.Transformers;

namespace Flex.Diffusion.Backbones.UVit;

/// <summary>The architecture of the U-ViT baseline; the image size is a multiple of the patch size and fixes the position embedding.</summary>
public sealed record UVitConfig : BackboneConfig
{
    /// <summary>p, the size of a token's patch in pixels.</summary>
    public int PatchSize { get; init; } = 8;

    /// <summary>E, the width of the transformer.</summary>
    public int EmbedDim { get; init; } = 192;

    /// <summary>Transformer blocks in encoder, middle and decoder together; odd.</summary>
    public int Depth { get; init; } = 7;

    /// <summary>Attention heads; divides E.</summary>
    public int Heads { get; init; } = 6;

    /// <summary>Hidden width of the transformer's MLP over E.</summary>
    public int MlpRatio { get; init; } = 4;

    /// <summary>The grid of tokens.</summary>
    public int TokenGrid => ImageSize / PatchSize;

    /// <summary>A size of the paper, or <c>tiny</c>, which trains on a CPU.</summary>
    /// <param name="size">tiny, small, medium or big.</param>
    /// <returns>The architecture, for 64² patches and one parameter.</returns>
    /// <exception cref="InputException">The size is unknown.</exception>
    public static UVitConfig OfSize(string size) => size switch
    {
        "tiny" => new UVitConfig(),
        "small" => new UVitConfig { EmbedDim = 384, Depth = 13, Heads = 8 },
        "medium" => new UVitConfig { EmbedDim = 768, Depth = 13, Heads = 12 },
        "big" => new UVitConfig { EmbedDim = 1152, Depth = 29, Heads = 16 },
        _ => throw UnknownSize(size),
    };

    /// <inheritdoc/>
    public override Backbone Create() => new UVitBackbone(this);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(PatchSize > 0 && ImageSize % PatchSize == 0, $"patch_size {PatchSize} must divide image_size {ImageSize}");
        Require(EmbedDim > 0, $"embed_dim {EmbedDim} must be positive");
        RequireTransformer(Depth, EmbedDim, Heads, MlpRatio);
    }

    /// <summary>The transformer's blocks.</summary>
    internal TransformerForm Transformer => new(EmbedDim, Heads, MlpRatio, Dropout, TanhGelu: false);
}
