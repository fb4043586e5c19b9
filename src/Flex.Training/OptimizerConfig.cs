using Flex.Fields.Configuration;
using Flex.Torch;
using Flex.Torch.Optim;

namespace Flex.Training;

/// <summary>The kinds of optimiser.</summary>
public enum OptimizerKind
{
    /// <summary>Steps along the sign of the momentum; the reference's choice.</summary>
    Lion,

    /// <summary>Adam with decoupled weight decay.</summary>
    Adamw,
}

/// <summary>The optimiser and its settings; what is null takes the kind's default.</summary>
public sealed record OptimizerConfig : IValidated
{
    /// <summary>The kind.</summary>
    public OptimizerKind Kind { get; init; } = OptimizerKind.Lion;

    /// <summary>The learning rate after warm-up; 1e-5 for Lion, 1e-4 for AdamW by default.</summary>
    public double? LearningRate { get; init; }

    /// <summary>β₁ and β₂; 0.9 and 0.98 for Lion, 0.9 and 0.999 for AdamW by default.</summary>
    public IReadOnlyList<double>? Betas { get; init; }

    /// <summary>The rate at which weights shrink, times the learning rate.</summary>
    public double WeightDecay { get; init; }

    /// <summary>The settings with the kind's defaults in place of what is null.</summary>
    /// <returns>Settings without null.</returns>
    public OptimizerConfig Resolve() => this with
    {
        LearningRate = LearningRate ?? (Kind == OptimizerKind.Lion ? 1e-5 : 1e-4),
        Betas = Betas ?? (Kind == OptimizerKind.Lion ? [0.9, 0.98] : [0.9, 0.999]),
    };

    /// <summary>Creates the optimiser.</summary>
    /// <param name="parameters">What is optimised.</param>
    /// <returns>The optimiser, before its first step.</returns>
    public Optimizer Create(IEnumerable<(string Name, Tensor Value)> parameters)
    {
        var betas = Resolve().Betas!;
        return Kind switch
        {
            OptimizerKind.Lion => new Lion(parameters, betas[0], betas[1], WeightDecay),
            OptimizerKind.Adamw => new AdamW(parameters, betas[0], betas[1], WeightDecay),
            _ => throw new InvalidOperationException($"unknown optimiser {Kind}"),
        };
    }

    /// <inheritdoc/>
    public IEnumerable<ConfigProblem> Validate()
    {
        if (LearningRate is not (null or > 0))
        {
            yield return new ConfigProblem(nameof(LearningRate), $"must be positive, got {LearningRate}");
        }

        if (Betas is not (null or [>= 0 and < 1, >= 0 and < 1]))
        {
            yield return new ConfigProblem(nameof(Betas), $"must be two numbers from 0 to below 1, got [{string.Join(", ", Betas)}]");
        }

        if (WeightDecay < 0)
        {
            yield return new ConfigProblem(nameof(WeightDecay), $"must not be negative, got {WeightDecay}");
        }
    }
}
