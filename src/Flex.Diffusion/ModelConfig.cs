using Flex.Diffusion.Backbones;
using Flex.Diffusion.Backbones.Flex;
using Flex.Torch.Nn;

namespace Flex.Diffusion;

/// <summary>
/// The <c>model:</c> part of a configuration: a size, what differs from it, and the diffusion's settings. What the
/// data decide (patch size, channels, number of parameters) is not repeated here.
/// </summary>
public sealed record ModelConfig
{
    /// <summary>tiny, small, medium or big.</summary>
    public string Size { get; init; } = "tiny";

    /// <summary>Channels of each level instead of the size's; multiples of 32.</summary>
    public IReadOnlyList<int>? ModelChannels { get; init; }

    /// <summary>Residual blocks of each level instead of the size's.</summary>
    public IReadOnlyList<int>? ResBlocks { get; init; }

    /// <summary>Transformer blocks instead of the size's; odd.</summary>
    public int? Depth { get; init; }

    /// <summary>Attention heads instead of the size's.</summary>
    public int? Heads { get; init; }

    /// <summary>Hidden width of the transformer's MLP over its embedding width.</summary>
    public int MlpRatio { get; init; } = 2;

    /// <summary>W, the levels with weak conditioning, 0…L; all by default, as in the released checkpoints.</summary>
    public int? WeakLevels { get; init; }

    /// <summary>What lies beyond a patch's edge.</summary>
    public PaddingMode Padding { get; init; } = PaddingMode.Zeros;

    /// <summary>The rate of dropout in training, in [0, 1).</summary>
    public double Dropout { get; init; } = 0.1;

    /// <summary>What the network's output means.</summary>
    public Prediction Prediction { get; init; } = Prediction.V;

    /// <summary>The shift of the noise schedule; positive.</summary>
    public double LogsnrShift { get; init; } = 1;

    /// <summary>The distance in the training loss.</summary>
    public LossKind Loss { get; init; } = LossKind.L1;

    /// <summary>Whether the loss is weighted by λ(t).</summary>
    public bool LossWeighted { get; init; }

    /// <summary>The noise schedule.</summary>
    /// <returns>The schedule.</returns>
    /// <exception cref="InputException">The shift is not positive.</exception>
    public NoiseSchedule Schedule() => LogsnrShift > 0
        ? new NoiseSchedule(LogsnrShift)
        : throw new InputException($"impossible model: logsnr_shift {LogsnrShift} must be positive");

    /// <summary>The training loss.</summary>
    /// <returns>The loss.</returns>
    public DiffusionLoss TrainingLoss() => new(Loss, LossWeighted);

    /// <summary>The architecture, once the data are known.</summary>
    /// <param name="imageSize">H = W of the patches.</param>
    /// <param name="channels">Channels of the field.</param>
    /// <param name="parameters">P.</param>
    /// <param name="tasks">The tasks.</param>
    /// <returns>The checked architecture.</returns>
    /// <exception cref="InputException">The architecture is impossible.</exception>
    public FlexConfig Architecture(int imageSize, int channels, int parameters, params TaskKind[] tasks)
    {
        var size = FlexConfig.OfSize(Size);
        var config = size with
        {
            ImageSize = imageSize,
            Channels = channels,
            Parameters = parameters,
            Tasks = tasks,
            ModelChannels = ModelChannels ?? size.ModelChannels,
            ResBlocks = ResBlocks ?? size.ResBlocks,
            Depth = Depth ?? size.Depth,
            Heads = Heads ?? size.Heads,
            MlpRatio = MlpRatio,
            WeakLevels = WeakLevels,
            Padding = Padding,
            Dropout = Dropout,
        };
        config.Validate();
        return config;
    }
}
