namespace Flex.Evaluation.Diagnosis;

/// <summary>All detectors together.</summary>
/// <param name="baseline">What a member's error is compared with.</param>
public sealed class Examination(string baseline = "bicubic")
{
    private readonly IDetector[] _detectors = [new CollapseDetector(), new BlurDetector(baseline), new SeamDetector(), new RollOffDetector()];

    /// <summary>What they found in the fields so far.</summary>
    public IReadOnlyList<Symptom> Symptoms => [.. _detectors.Select(detector => detector.Result)];

    /// <summary>Looks at a field.</summary>
    /// <param name="field">The field; it is not kept.</param>
    public void Add(ExaminedField field) => Array.ForEach(_detectors, detector => detector.Add(field));
}
