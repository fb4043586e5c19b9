namespace Flex.Evaluation.Statistics;

/// <summary>What a model was judged on: a field to super-resolve, or one lead of a forecast.</summary>
/// <param name="Reynolds">The Reynolds number.</param>
/// <param name="Run">The run.</param>
/// <param name="Time">The field's time, or the forecast's start.</param>
/// <param name="Lead">Steps since the start; 0 for super-resolution.</param>
public sealed record JudgedCase(double Reynolds, string Run, double Time, int Lead)
{
    /// <inheritdoc/>
    public override string ToString() => Lead == 0
        ? FormattableString.Invariant($"{Run} at time {Time}")
        : FormattableString.Invariant($"{Run} from time {Time}, lead {Lead}");
}
