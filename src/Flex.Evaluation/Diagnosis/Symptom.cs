namespace Flex.Evaluation.Diagnosis;

/// <summary>What a detector found.</summary>
/// <param name="Name">The failure that it looks for.</param>
/// <param name="Measured">What was measured, in words with the number.</param>
/// <param name="Value">The number; NaN where it could not be measured.</param>
/// <param name="Limit">Beyond this the failure is there.</param>
/// <param name="IsFound">Whether it is.</param>
/// <param name="Advice">What to turn where it is.</param>
public sealed record Symptom(string Name, string Measured, double Value, double Limit, bool IsFound, string Advice);
