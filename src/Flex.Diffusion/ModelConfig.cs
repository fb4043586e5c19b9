using Flex.Diffusion.Backbones;
using Flex.Diffusion.Backbones.Flex;
using Flex.Diffusion.Backbones.UNet;
using Flex.Diffusion.Backbones.UVit;
using Flex.Torch.Nn;

namespace Flex.Diffusion;

/// <summary>
/// The <c>model:</c> part of a configuration: a size, what differs from it, and the diffusion's settings. What the
/// data decide (patch size, channels, number of parameters) is not repeated here.
/// </summary>
public sealed record ModelConfig
{
    /// <summary>The family of networks.</summary>
    public BackboneKind Backbone { get; init; } = BackboneKind.Flex;

    /// <summary>tiny, small, medium or big.</summary>
    public string Size { get; init; } = "tiny";

    /// <summary>flex: channels of each level instead of the size's; multiples of 32.</summary>
    public IReadOnlyList<int>? ModelChannels { get; init; }

    /// <summary>unet: the width that the levels' channels are multiples of, instead of the size's; a multiple of 32.</summary>
    public int? BaseWidth { get; init; }

    /// <summary>unet: channels of each level over the base width, instead of the size's.</summary>
    public IReadOnlyList<int>? ChannelMult { get; init; }

    /// <summary>flex, unet: residual blocks of each level instead of the size's.</summary>
    public IReadOnlyList<int>? ResBlocks { get; init; }

    /// <summary>unet: attention at the levels that the patch size over these numbers is the reduction of, instead of the size's.</summary>
    public IReadOnlyList<int>? AttentionResolutions { get; init; }

    /// <summary>uvit: the size of a token's patch in cells instead of the size's.</summary>
    public int? PatchSize { get; init; }

    /// <summary>uvit: the width of the transformer instead of the size's.</summary>
    public int? EmbedDim { get; init; }

    /// <summary>flex, uvit: transformer blocks instead of the size's; odd.</summary>
    public int? Depth { get; init; }

    /// <summary>Attention heads instead of the size's.</summary>
    public int? Heads { get; init; }

    /// <summary>flex, uvit: hidden width of the transformer's MLP over its embedding width, instead of the size's.</summary>
    public int? MlpRatio { get; init; }

    /// <summary>flex: W, the levels with weak conditioning, 0…L; all by default, as in the released checkpoints.</summary>
    public int? WeakLevels { get; init; }

    /// <summary>flex: the factor of strong conditioning; not negative, 1 by default, as in the paper.</summary>
    public double? StrongStrength { get; init; }

    /// <summary>flex: the size of the transformer's patches in pixels of the bottleneck; 1 by default, as in the paper, or 2.</summary>
    public int? BottleneckPatch { get; init; }

    /// <summary>flex: how fields enter the networks; <c>convolution</c> by default, as in the paper, or <c>space_to_depth</c>.</summary>
    public Stem? Stem { get; init; }

    /// <summary>What lies beyond a patch's edge.</summary>
    public PaddingMode Padding { get; init; } = PaddingMode.Zeros;

    /// <summary>The rate of dropout in training, in [0, 1).</summary>
    public double Dropout { get; init; } = 0.1;

    /// <summary>Whether the network generates by diffusion or says its best guess.</summary>
    public GenerationMethod Method { get; init; } = GenerationMethod.Diffusion;

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

    /// <summary>Creates the networks, once the data are known.</summary>
    /// <param name="imageSize">H = W of the patches.</param>
    /// <param name="channels">Channels of the field.</param>
    /// <param name="condSnapshots">K, the past snapshots that condition a forecast.</param>
    /// <param name="parameters">P.</param>
    /// <param name="tasks">The tasks.</param>
    /// <returns>The networks, without weights.</returns>
    /// <exception cref="InputException">The architecture is impossible.</exception>
    public Backbone CreateBackbone(int imageSize, int channels, int condSnapshots, int parameters, params TaskKind[] tasks) =>
        Architecture(imageSize, channels, condSnapshots, parameters, tasks).Create();

    /// <summary>The architecture of <see cref="CreateBackbone"/>, checked.</summary>
    /// <param name="imageSize">H = W of the patches.</param>
    /// <param name="channels">Channels of the field.</param>
    /// <param name="condSnapshots">K, the past snapshots that condition a forecast.</param>
    /// <param name="parameters">P.</param>
    /// <param name="tasks">The tasks.</param>
    /// <returns>The architecture.</returns>
    /// <exception cref="InputException">It is impossible, or a setting is not one of this backbone's.</exception>
    public BackboneConfig Architecture(int imageSize, int channels, int condSnapshots, int parameters, params TaskKind[] tasks)
    {
        RefuseForeignSettings();
        BackboneConfig sized = Backbone switch
        {
            BackboneKind.Flex => Flex(FlexConfig.OfSize(Size)),
            BackboneKind.Unet => UNet(UNetConfig.OfSize(Size)),
            BackboneKind.Uvit => UVit(UVitConfig.OfSize(Size)),
            _ => throw new InvalidOperationException($"unknown backbone {Backbone}"),
        };
        var config = sized with
        {
            ImageSize = imageSize,
            Channels = channels,
            CondSnapshots = condSnapshots,
            Parameters = parameters,
            Tasks = tasks,
            Padding = Padding,
            Dropout = Dropout,
        };
        config.Validate();
        return config;
    }

    private FlexConfig Flex(FlexConfig size) => size with
    {
        ModelChannels = ModelChannels ?? size.ModelChannels,
        ResBlocks = ResBlocks ?? size.ResBlocks,
        Depth = Depth ?? size.Depth,
        Heads = Heads ?? size.Heads,
        MlpRatio = MlpRatio ?? size.MlpRatio,
        WeakLevels = WeakLevels,
        StrongStrength = StrongStrength ?? size.StrongStrength,
        BottleneckPatch = BottleneckPatch ?? size.BottleneckPatch,
        Stem = Stem ?? size.Stem,
    };

    private UNetConfig UNet(UNetConfig size) => size with
    {
        BaseWidth = BaseWidth ?? size.BaseWidth,
        ChannelMult = ChannelMult ?? size.ChannelMult,
        ResBlocks = ResBlocks ?? size.ResBlocks,
        AttentionResolutions = AttentionResolutions ?? size.AttentionResolutions,
        Heads = Heads ?? size.Heads,
    };

    private UVitConfig UVit(UVitConfig size) => size with
    {
        PatchSize = PatchSize ?? size.PatchSize,
        EmbedDim = EmbedDim ?? size.EmbedDim,
        Depth = Depth ?? size.Depth,
        Heads = Heads ?? size.Heads,
        MlpRatio = MlpRatio ?? size.MlpRatio,
    };

    private void RefuseForeignSettings()
    {
        (string Key, object? Value, BackboneKind[] Of)[] settings =
        [
            ("model_channels", ModelChannels, [BackboneKind.Flex]),
            ("base_width", BaseWidth, [BackboneKind.Unet]),
            ("channel_mult", ChannelMult, [BackboneKind.Unet]),
            ("res_blocks", ResBlocks, [BackboneKind.Flex, BackboneKind.Unet]),
            ("attention_resolutions", AttentionResolutions, [BackboneKind.Unet]),
            ("patch_size", PatchSize, [BackboneKind.Uvit]),
            ("embed_dim", EmbedDim, [BackboneKind.Uvit]),
            ("depth", Depth, [BackboneKind.Flex, BackboneKind.Uvit]),
            ("mlp_ratio", MlpRatio, [BackboneKind.Flex, BackboneKind.Uvit]),
            ("weak_levels", WeakLevels, [BackboneKind.Flex]),
            ("strong_strength", StrongStrength, [BackboneKind.Flex]),
            ("bottleneck_patch", BottleneckPatch, [BackboneKind.Flex]),
            ("stem", Stem, [BackboneKind.Flex]),
        ];
        foreach (var (key, value, of) in settings)
        {
            if (value is not null && !of.Contains(Backbone))
            {
                throw new InputException($"impossible model: {key} is a setting of {Names(of)}, not of {Names([Backbone])}; leave it out or choose another backbone");
            }
        }

        static string Names(BackboneKind[] kinds) => string.Join(" and ", kinds.Select(kind => kind.ToString().ToLowerInvariant()));
    }
}
