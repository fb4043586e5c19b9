using Flex.Fields.Configuration;

namespace Flex.Fields.Tests.Configuration;

/// <summary>A configuration with every kind of setting.</summary>
internal sealed record Experiment(string Name, int Steps = 3000, Loss Loss = Loss.L1, float? ResidualScale = null, ulong Seed = 0) : IValidated
{
    public IReadOnlyList<string> Data { get; init; } = [];

    public int[] Channels { get; init; } = [32, 32, 64];

    public IReadOnlyDictionary<string, double>? Reynolds { get; init; }

    public Optimizer Optimizer { get; init; } = new();

    public IEnumerable<ConfigProblem> Validate()
    {
        if (Steps < 1)
        {
            yield return new ConfigProblem(nameof(Steps), $"must be at least 1, got {Steps}");
        }
    }
}

internal sealed record Optimizer(double LearningRate = 1e-5, double? Decay = null) : IValidated
{
    public bool Nesterov { get; init; }

    public IEnumerable<ConfigProblem> Validate()
    {
        if (LearningRate <= 0)
        {
            yield return new ConfigProblem(nameof(LearningRate), $"must be positive, got {LearningRate}");
        }
    }
}

internal enum Loss
{
    L1,
    MeanSquare,
}
