namespace Flex.Evaluation.Statistics;

/// <summary>One case that two models, or a model and a baseline, were judged on.</summary>
/// <param name="Stratum">The group that it counts in: its Reynolds number.</param>
/// <param name="Run">The run that it is of.</param>
/// <param name="Time">Its time in the run; a forecast's start.</param>
/// <param name="First">The first one's score.</param>
/// <param name="Second">The second one's score.</param>
public sealed record PairedCase(double Stratum, string Run, double Time, double First, double Second);
