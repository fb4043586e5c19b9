namespace Flex.Evaluation.Diagnosis;

/// <summary>A true field and what a model made of its coarse points, or of its past.</summary>
/// <param name="Height">H.</param>
/// <param name="Width">W.</param>
/// <param name="Truth">(H, W), row by row.</param>
/// <param name="Baseline">What bicubic interpolation or persistence answers.</param>
/// <param name="Members">The model's answers, two or more.</param>
/// <param name="IsPeriodic">Whether the field wraps around in both directions.</param>
/// <param name="EdgeRows">The rows that tiles begin or end at.</param>
/// <param name="EdgeColumns">The columns that tiles begin or end at.</param>
public sealed record ExaminedField(
    int Height,
    int Width,
    float[] Truth,
    float[] Baseline,
    IReadOnlyList<float[]> Members,
    bool IsPeriodic,
    IReadOnlyCollection<int> EdgeRows,
    IReadOnlyCollection<int> EdgeColumns);
