using Flex.Fields.Configuration;
using Flex.Torch;

namespace Flex.Training;

/// <summary>How a network is trained, whatever it is and whatever it is trained on. The defaults are the reference's (SPEC §4).</summary>
public record TrainerConfig : IValidated
{
    /// <summary>The optimiser.</summary>
    public OptimizerConfig Optimizer { get; init; } = new();

    /// <summary>Optimiser steps in all.</summary>
    public long Steps { get; init; } = 10000;

    /// <summary>Samples that go through the network at once.</summary>
    public int Batch { get; init; } = 8;

    /// <summary>Batches whose gradients are averaged for one step.</summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>Steps over which the learning rate grows to its full value; the reference takes one epoch.</summary>
    public long WarmupSteps { get; init; } = 500;

    /// <summary>The last learning rate over the full one; a cosine leads there.</summary>
    public double FinalLearningRateFraction { get; init; }

    /// <summary>The greatest norm of the gradient; a longer one is shortened to it. 0 for no limit.</summary>
    public double ClipNorm { get; init; } = 1;

    /// <summary>The average of weights that is validated, saved and used.</summary>
    public EmaConfig Ema { get; init; } = new();

    /// <summary>The seed of everything random: initial weights, patches, times, noise, dropout.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>How diffusion times are drawn.</summary>
    public TimeSampling TimeSampling { get; init; } = TimeSampling.Uniform;

    /// <summary>Steps between validations; there is one at the end too.</summary>
    public long ValidateEvery { get; init; } = 500;

    /// <summary>Steps between lines of the log.</summary>
    public long LogEvery { get; init; } = 20;

    /// <summary>When the state is saved; it is at the end and on interruption too.</summary>
    public CheckpointConfig CheckpointEvery { get; init; } = new();

    /// <summary>How many checkpoints stay, the newest ones.</summary>
    public int Keep { get; init; } = 2;

    /// <summary>How the network forms its products in training; weights and their gradients stay float32.</summary>
    public Precision Precision { get; init; } = Precision.Float32;

    /// <summary>
    /// Whether the blocks of the network keep only their inputs for the backward pass, which computes the rest again: less memory, more
    /// time, the same weights.
    /// </summary>
    public bool ActivationCheckpointing { get; init; }

    /// <summary>Threads inside an operator; 0 for as many as libtorch chooses.</summary>
    public int Threads { get; init; }

    /// <summary>Threads that prepare the samples of a batch ahead, while the network works on another: more of them where it is on a GPU.</summary>
    public int LoaderThreads { get; init; } = 1;

    /// <summary>Where the network runs: cpu, cuda, cuda:1, …</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Samples of one optimiser step.</summary>
    internal int SamplesPerStep => Batch * Accumulate;

    /// <summary>The settings with every default that depends on other settings filled in.</summary>
    /// <returns>A record of the same type.</returns>
    public TrainerConfig Resolve() => this with { Optimizer = Optimizer.Resolve() };

    /// <inheritdoc/>
    public virtual IEnumerable<ConfigProblem> Validate()
    {
        foreach (var (member, value) in new (string, long)[]
        {
            (nameof(Steps), Steps), (nameof(Batch), Batch), (nameof(Accumulate), Accumulate),
            (nameof(ValidateEvery), ValidateEvery), (nameof(LogEvery), LogEvery), (nameof(Keep), Keep),
            (nameof(LoaderThreads), LoaderThreads),
        })
        {
            if (value < 1)
            {
                yield return new ConfigProblem(member, $"must be at least 1, got {value}");
            }
        }

        if (WarmupSteps < 0 || WarmupSteps > Steps)
        {
            yield return new ConfigProblem(nameof(WarmupSteps), $"must be 0 to {Steps} (steps), got {WarmupSteps}");
        }

        if (FinalLearningRateFraction is < 0 or > 1)
        {
            yield return new ConfigProblem(nameof(FinalLearningRateFraction), $"must be 0 to 1, got {FinalLearningRateFraction}");
        }

        if (ClipNorm < 0)
        {
            yield return new ConfigProblem(nameof(ClipNorm), $"must be positive, or 0 for no limit, got {ClipNorm}");
        }

        if (Threads < 0)
        {
            yield return new ConfigProblem(nameof(Threads), $"must be positive, or 0 for libtorch's choice, got {Threads}");
        }
    }

    /// <summary>Gives every operator of this process <see cref="Threads"/>, where they are set.</summary>
    internal void ApplyThreads()
    {
        if (Threads > 0)
        {
            Engine.Threads = Threads;
        }
    }

    /// <summary>The precision that is computed in: <see cref="Precision"/>, or float32 on a processor that bfloat16 would slow down.</summary>
    /// <param name="processorHasBf16">Whether the processor multiplies bfloat16 numbers.</param>
    /// <returns>The precision.</returns>
    public Precision PrecisionWhere(bool processorHasBf16) =>
        Device == "cpu" && !processorHasBf16 && Precision == Precision.Bf16 ? Precision.Float32 : Precision;
}

/// <summary>The moving average of weights.</summary>
public sealed record EmaConfig : IValidated
{
    /// <summary>d in e ← d·e + (1 − d)·p.</summary>
    public double Decay { get; init; } = 0.999;

    /// <summary>Whether the n-th update uses min(d, (1 + n)/(10 + n)), which forgets the initial weights fast.</summary>
    public bool WarmUp { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ConfigProblem> Validate()
    {
        if (Decay is < 0 or >= 1)
        {
            yield return new ConfigProblem(nameof(Decay), $"must be at least 0 and below 1, got {Decay}");
        }
    }
}

/// <summary>When checkpoints are written.</summary>
public sealed record CheckpointConfig : IValidated
{
    /// <summary>Steps between checkpoints; 0 for no such limit.</summary>
    public long Steps { get; init; } = 1000;

    /// <summary>Minutes between checkpoints; 0 for no such limit.</summary>
    public double Minutes { get; init; } = 10;

    /// <inheritdoc/>
    public IEnumerable<ConfigProblem> Validate()
    {
        if (Steps < 0)
        {
            yield return new ConfigProblem(nameof(Steps), $"must be positive, or 0 for no such limit, got {Steps}");
        }

        if (Minutes < 0)
        {
            yield return new ConfigProblem(nameof(Minutes), $"must be positive, or 0 for no such limit, got {Minutes}");
        }
    }
}
