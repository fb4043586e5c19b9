using Flex.Fields.Configuration;

namespace Flex.Training.Calibration;

/// <summary>
/// The stage after training that makes ensembles as uncertain as they are wrong: the network is tuned through the few-step sampler by a proper
/// score of its own draws.
/// </summary>
public sealed record CalibrateConfig : IValidated
{
    /// <summary>M, the draws of every sample that are scored together.</summary>
    public int Members { get; init; } = 2;

    /// <summary>N, the sampling steps that the model is tuned for.</summary>
    public int SampleSteps { get; init; } = 2;

    /// <summary>
    /// K: the gradient runs through the last K of the sampling steps only, which is cheaper; the first ones then learn through the weights that
    /// they share with the last (Clark et al. 2024, "Directly Fine-Tuning Diffusion Models on Differentiable Rewards", ICLR, DRaFT-K).
    /// </summary>
    public int GradientSteps { get; init; } = 1;

    /// <summary>Whether members are drawn in random orientations while the network is tuned, as they will be afterwards.</summary>
    public bool Turned { get; init; } = true;

    /// <summary>Optimiser steps; 0 leaves the network as it is and fits the spread alone.</summary>
    public long Steps { get; init; } = 1500;

    /// <summary>Samples of a step; each goes through the network N·M times.</summary>
    public int Batch { get; init; } = 4;

    /// <summary>The full learning rate of AdamW.</summary>
    public double LearningRate { get; init; } = 2e-4;

    /// <summary>Steps over which the learning rate grows to its full value; a cosine leads from there to 0.</summary>
    public long WarmupSteps { get; init; } = 50;

    /// <summary>The average of weights.</summary>
    public double EmaDecay { get; init; } = 0.995;

    /// <summary>
    /// The share of the tuned weights in those that are saved; the others are the ones before. Less than 1 gives up some of the members' spread for a
    /// mean that errs less.
    /// </summary>
    public double TunedShare { get; init; } = 1;

    /// <summary>Steps between validations.</summary>
    public long ValidateEvery { get; init; } = 250;

    /// <summary>Validation fields that the correction of the spread is fitted on, spread evenly over files and times; 0 fits none.</summary>
    public int SpreadFields { get; init; } = 4;

    /// <summary>Draws of each of them.</summary>
    public int SpreadMembers { get; init; } = 8;

    /// <summary>The least overlap of the tiles that they are drawn from; null is half a tile, as in sampling.</summary>
    public int? SpreadOverlap { get; init; }

    /// <summary>The stage as a training of its own.</summary>
    /// <param name="training">The training that it follows.</param>
    /// <param name="model">The model that it starts from.</param>
    /// <returns>Its configuration.</returns>
    public TrainConfig After(TrainConfig training, string model)
    {
        ArgumentNullException.ThrowIfNull(training);
        return training with
        {
            Calibrate = this,
            Start = new StartConfig { Model = model },
            Steps = Math.Max(Steps, 1),
            Batch = Batch,
            Accumulate = 1,
            WarmupSteps = WarmupSteps,
            FinalLearningRateFraction = 0,
            Optimizer = new OptimizerConfig { Kind = OptimizerKind.Adamw, LearningRate = LearningRate, Betas = [0.9, 0.99] },
            Ema = new EmaConfig { Decay = EmaDecay, WarmUp = true },
            ValidateEvery = ValidateEvery,

            // Other patches than those that training ended with.
            Seed = training.Seed + 1,
        };
    }

    /// <inheritdoc/>
    public IEnumerable<ConfigProblem> Validate()
    {
        if (Members < 2)
        {
            yield return new ConfigProblem(nameof(Members), $"must be at least 2, got {Members}: one draw says nothing of its spread");
        }

        foreach (var (member, value) in new (string, long)[]
        {
            (nameof(SampleSteps), SampleSteps), (nameof(Batch), Batch), (nameof(ValidateEvery), ValidateEvery),
        })
        {
            if (value < 1)
            {
                yield return new ConfigProblem(member, $"must be at least 1, got {value}");
            }
        }

        if (TunedShare is not (> 0 and <= 1))
        {
            yield return new ConfigProblem(nameof(TunedShare), $"must be more than 0 and at most 1, got {TunedShare}");
        }

        if (GradientSteps < 1 || GradientSteps > SampleSteps)
        {
            yield return new ConfigProblem(nameof(GradientSteps), $"must be 1 to {SampleSteps} (sample_steps), got {GradientSteps}");
        }

        if (Steps < 0)
        {
            yield return new ConfigProblem(nameof(Steps), $"must be 0 (fit the spread alone) or more, got {Steps}");
        }

        if (SpreadFields < 0)
        {
            yield return new ConfigProblem(nameof(SpreadFields), $"must be 0 (no correction) or more, got {SpreadFields}");
        }

        if (SpreadMembers < 2)
        {
            yield return new ConfigProblem(nameof(SpreadMembers), $"must be at least 2, got {SpreadMembers}: one draw says nothing of its spread");
        }

        if (SpreadOverlap < 0)
        {
            yield return new ConfigProblem(nameof(SpreadOverlap), $"must be 0 or more, got {SpreadOverlap}");
        }

        if (!(LearningRate > 0))
        {
            yield return new ConfigProblem(nameof(LearningRate), $"must be positive, got {LearningRate}");
        }

        if (WarmupSteps < 0 || (Steps > 0 && WarmupSteps > Steps))
        {
            yield return new ConfigProblem(nameof(WarmupSteps), $"must be 0 to {Steps} (steps), got {WarmupSteps}");
        }

        if (EmaDecay is not (>= 0 and < 1))
        {
            yield return new ConfigProblem(nameof(EmaDecay), $"must be at least 0 and below 1, got {EmaDecay}");
        }
    }
}
