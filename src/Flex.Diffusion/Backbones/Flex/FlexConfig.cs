using Flex.Torch.Nn;

namespace Flex.Diffusion.Backbones.Flex;

/// <summary>The architecture of a FLEX model (SPEC §3).</summary>
public sealed record FlexConfig
{
    /// <summary>H = W of the training patches, in cells; a multiple of 2^L. It fixes the position embedding.</summary>
    public int ImageSize { get; init; } = 64;

    /// <summary>Channels of the field.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>K, the number of past snapshots that condition a forecast.</summary>
    public int CondSnapshots { get; init; } = 2;

    /// <summary>P, the length of the vector of physical parameters; 0 for none.</summary>
    public int Parameters { get; init; } = 1;

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

    /// <summary>What lies beyond a patch's edge; zeros is the reference.</summary>
    public PaddingMode Padding { get; init; } = PaddingMode.Zeros;

    /// <summary>The rate of dropout in training, in [0, 1); the reference has 0.1.</summary>
    public double Dropout { get; init; } = 0.1;

    /// <summary>The tasks that the model has an encoder for.</summary>
    public IReadOnlyList<TaskKind> Tasks { get; init; } = [TaskKind.SuperRes];

    /// <summary>L, the number of levels.</summary>
    public int Levels => ModelChannels.Count;

    /// <summary>E, the channels of the deepest level and the width of the transformer.</summary>
    public int Embedding => ModelChannels[^1];

    /// <summary>The grid at the bottleneck, in cells.</summary>
    public int Bottleneck => ImageSize >> Levels;

    /// <summary>How many of the encoder's modules are weakly conditioned: the stem and the levels up to W.</summary>
    public int WeakModules => (WeakLevels ?? Levels) is var w and > 0 ? 1 + ResBlocks.Take(w).Sum(n => n + 1) : 0;

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
        _ => throw new InputException($"unknown model size '{size}': choose tiny, small, medium or big"),
    };

    /// <summary>Checks the settings against each other.</summary>
    /// <exception cref="InputException">A setting is impossible; the message names it.</exception>
    public void Validate()
    {
        Require(Levels > 0 && ResBlocks.Count == Levels, $"res_blocks has {ResBlocks.Count} levels and model_channels {Levels}; they must agree");
        Require(ModelChannels.All(c => c > 0 && c % 32 == 0), "model_channels must be positive multiples of 32 (the normalisation groups)");
        Require(ResBlocks.All(n => n > 0), "res_blocks must be positive");
        Require(Levels < 16 && ImageSize > 0 && ImageSize % (1 << Levels) == 0, $"image_size {ImageSize} is not a multiple of 2^{Levels}, the reduction of the {Levels} levels");
        Require(Depth > 0 && Depth % 2 == 1, $"depth {Depth} must be odd: the halves of encoder and decoder, and one block in the middle");
        Require(Heads > 0 && Embedding % Heads == 0, $"heads {Heads} must divide the deepest level's {Embedding} channels");
        Require(MlpRatio > 0, "mlp_ratio must be positive");
        Require(Channels > 0 && Parameters >= 0 && CondSnapshots > 0, "channels and cond_snapshots must be positive, parameters not negative");
        Require(WeakLevels is null || (WeakLevels >= 0 && WeakLevels <= Levels), $"weak_levels {WeakLevels} is outside 0…{Levels}");
        Require(Dropout is >= 0 and < 1, $"dropout {Dropout} is outside [0, 1)");
        Require(Tasks.Count > 0 && Tasks.Distinct().Count() == Tasks.Count, "tasks must name each task once");
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new InputException($"impossible model: {message}");
        }
    }
}
