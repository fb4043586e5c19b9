namespace Flex.Evaluation.Diagnosis;

/// <summary>Looks for one known failure of the method, over any number of fields.</summary>
public interface IDetector
{
    /// <summary>Looks at a field; it is not kept.</summary>
    /// <param name="field">The field.</param>
    void Add(ExaminedField field);

    /// <summary>What was found in the fields so far.</summary>
    Symptom Result { get; }
}
