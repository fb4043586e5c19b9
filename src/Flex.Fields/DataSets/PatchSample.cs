namespace Flex.Fields.DataSets;

/// <summary>One training pair.</summary>
/// <param name="Location">Where it comes from.</param>
/// <param name="Condition">What is known, normalised; shape (channels, patch, patch).</param>
/// <param name="Residual">X_HR − What is known, normalised; shape (channels, patch, patch).</param>
/// <param name="Parameters">The scaled physical parameters, P values.</param>
public sealed record PatchSample(PatchLocation Location, float[] Condition, float[] Residual, float[] Parameters);
