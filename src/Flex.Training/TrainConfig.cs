using Flex.Diffusion;
using Flex.Fields.Configuration;
using Flex.Fields.DataSets;
using Flex.Training.Calibration;

namespace Flex.Training;

/// <summary>The file that <c>flex train</c> reads: model, data, and how the one learns from the other.</summary>
public sealed record TrainConfig : TrainerConfig
{
    /// <summary>The network and its diffusion settings.</summary>
    public ModelConfig Model { get; init; } = new();

    /// <summary>What it is trained to do; super-resolution unless said otherwise.</summary>
    public TasksConfig Tasks { get; init; } = new() { Superres = 1 };

    /// <summary>The model whose weights training starts from; without it they are drawn at random.</summary>
    public StartConfig? Start { get; init; }

    /// <summary>The stage that calibrates ensembles after the training; without it there is none.</summary>
    public CalibrateConfig? Calibrate { get; init; }

    /// <summary>What it is trained on and judged by.</summary>
    public required TrainDataConfig Data { get; init; }
}

/// <summary>Training data and validation data.</summary>
public sealed record TrainDataConfig
{
    /// <summary>The training data.</summary>
    public required DataConfig Train { get; init; }

    /// <summary>The validation data; without it there is no validation and no best model.</summary>
    public ValidationConfig? Valid { get; init; }
}

/// <summary>Validation data: other files (or times) of the training data's kind, so that the choice of the best model does not leak.</summary>
public sealed record ValidationConfig : IValidated
{
    /// <summary>Files: paths or patterns, relative to the configuration's folder. What is not named here is as for training, without symmetries.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Which times of every file are used; null is as for training.</summary>
    public TimeSelection? Times { get; init; }

    /// <summary>Patches, spread evenly over files and times.</summary>
    public int Patches { get; init; } = 64;

    /// <summary>Sampling steps N of the generated residuals whose error is measured.</summary>
    public int SampleSteps { get; init; } = 2;

    /// <inheritdoc/>
    public IEnumerable<ConfigProblem> Validate()
    {
        if (Files.Count == 0)
        {
            yield return new(nameof(Files), "must name at least one file or pattern");
        }

        if (Patches < 1)
        {
            yield return new(nameof(Patches), $"must be at least 1, got {Patches}");
        }

        if (SampleSteps < 1)
        {
            yield return new(nameof(SampleSteps), $"must be at least 1, got {SampleSteps}");
        }
    }
}
