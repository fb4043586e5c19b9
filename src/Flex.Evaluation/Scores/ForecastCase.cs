namespace Flex.Evaluation.Scores;

/// <summary>One forecast: of which run, from when.</summary>
/// <param name="Run">The run's name.</param>
/// <param name="Reynolds">The run's Reynolds number; forecasts are grouped by it.</param>
/// <param name="Start">The time of the last known state, in the run's unit.</param>
public sealed record ForecastCase(string Run, double Reynolds, double Start);
