using Flex.Torch.Nn;

namespace Flex.Diffusion.Backbones;

/// <summary>What the architectures of all backbones have in common.</summary>
public abstract record BackboneConfig
{
    /// <summary>H = W of the training patches, in cells.</summary>
    public int ImageSize { get; init; } = 64;

    /// <summary>Channels of the field.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>K, the number of past snapshots that condition a forecast.</summary>
    public int CondSnapshots { get; init; } = 2;

    /// <summary>P, the length of the vector of physical parameters; 0 for none.</summary>
    public int Parameters { get; init; } = 1;

    /// <summary>What lies beyond a patch's edge; zeros is the reference.</summary>
    public PaddingMode Padding { get; init; } = PaddingMode.Zeros;

    /// <summary>The rate of dropout in training, in [0, 1); the reference has 0.1.</summary>
    public double Dropout { get; init; } = 0.1;

    /// <summary>The tasks that the model has an encoder for.</summary>
    public IReadOnlyList<TaskKind> Tasks { get; init; } = [TaskKind.SuperRes];

    /// <summary>Channels of a task's condition.</summary>
    /// <param name="task">The task.</param>
    /// <returns>C, or K·C for a forecast.</returns>
    public int ConditionChannels(TaskKind task) => task == TaskKind.Forecast ? CondSnapshots * Channels : Channels;

    /// <summary>Creates the networks.</summary>
    /// <returns>The networks; call <see cref="Module.Initialize"/> or load weights before use.</returns>
    /// <exception cref="InputException">The architecture is impossible.</exception>
    public abstract Backbone Create();

    /// <summary>Checks the settings against each other.</summary>
    /// <exception cref="InputException">A setting is impossible; the message names it.</exception>
    public virtual void Validate()
    {
        Require(ImageSize > 0, $"image_size {ImageSize} must be positive");
        Require(Channels > 0 && Parameters >= 0 && CondSnapshots > 0, "channels and cond_snapshots must be positive, parameters not negative");
        Require(Dropout is >= 0 and < 1, $"dropout {Dropout} is outside [0, 1)");
        Require(Tasks.Count > 0 && Tasks.Distinct().Count() == Tasks.Count, "tasks must name each task once");
    }

    /// <summary>What is said of a size that no architecture has.</summary>
    /// <param name="size">The size.</param>
    /// <returns>The exception to throw.</returns>
    protected static InputException UnknownSize(string size) => new($"unknown model size '{size}': choose tiny, small, medium or big");

    /// <summary>Refuses an impossible setting.</summary>
    /// <param name="condition">What must hold.</param>
    /// <param name="message">What is wrong if it does not.</param>
    /// <exception cref="InputException">The condition does not hold.</exception>
    protected static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new InputException($"impossible model: {message}");
        }
    }

    /// <summary>Refuses a transformer whose halves or heads do not come out even.</summary>
    /// <param name="depth">Blocks of encoder, middle and decoder together.</param>
    /// <param name="width">E.</param>
    /// <param name="heads">Attention heads.</param>
    /// <param name="mlpRatio">The MLP's hidden width over E.</param>
    /// <exception cref="InputException">A setting is impossible.</exception>
    protected static void RequireTransformer(int depth, int width, int heads, int mlpRatio)
    {
        Require(depth > 0 && depth % 2 == 1, $"depth {depth} must be odd: the halves of encoder and decoder, and one block in the middle");
        Require(heads > 0 && width % heads == 0, $"heads {heads} must divide the {width} channels of the transformer");
        Require(mlpRatio > 0, "mlp_ratio must be positive");
    }
}
