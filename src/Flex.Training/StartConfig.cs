using Flex.Fields.Configuration;

namespace Flex.Training;

/// <summary>Fine-tuning: where the weights come from, and which of them stay.</summary>
public sealed record StartConfig : IValidated
{
    /// <summary>The model file, relative to the configuration's folder. A network that it does not have starts at random.</summary>
    public required string Model { get; init; }

    /// <summary>Parameters that do not change: names or patterns with <c>*</c> and <c>?</c>, for example <c>encoder.*</c>.</summary>
    public IReadOnlyList<string> Freeze { get; init; } = [];

    /// <inheritdoc/>
    public IEnumerable<ConfigProblem> Validate()
    {
        if (Model.Length == 0)
        {
            yield return new ConfigProblem(nameof(Model), "must name a model file");
        }
    }
}
