namespace Flex.Fields.DataSets;

/// <summary>All of one item: what a model is given, not cut to patches nor normalised, and what it should answer.</summary>
/// <param name="Past">Of a forecast, the K snapshots that it starts from, oldest first, (C, H, W) each; otherwise empty.</param>
/// <param name="Truth">(C, H, W), row by row.</param>
/// <param name="Height">H.</param>
/// <param name="Width">W.</param>
/// <param name="PeriodicY">Whether rows wrap around.</param>
/// <param name="PeriodicX">Whether columns wrap around.</param>
/// <param name="Parameters">P physical parameters, not scaled.</param>
/// <param name="Scales">What the residual is divided by, for every channel, in units of the field.</param>
public sealed record WholeFields(
    IReadOnlyList<float[]> Past, float[] Truth, int Height, int Width, bool PeriodicY, bool PeriodicX, IReadOnlyList<double> Parameters, IReadOnlyList<double> Scales);
