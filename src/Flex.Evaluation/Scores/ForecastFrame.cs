namespace Flex.Evaluation.Scores;

/// <summary>An ensemble forecast at one lead, with its truth.</summary>
/// <param name="Lead">Steps since the start.</param>
/// <param name="Time">The time that was forecast.</param>
/// <param name="Truth">The true field, row-major (height, width).</param>
/// <param name="Members">The members, at least one.</param>
public sealed record ForecastFrame(int Lead, double Time, float[] Truth, IReadOnlyList<float[]> Members);
