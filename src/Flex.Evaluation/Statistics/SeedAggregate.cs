namespace Flex.Evaluation.Statistics;

/// <summary>One score of several trainings.</summary>
/// <param name="Score">The score's name.</param>
/// <param name="Lead">Steps since the start; 0 for super-resolution.</param>
/// <param name="Values">The trainings' scores, each the mean over Reynolds numbers of the means over cases.</param>
/// <param name="Summary">What they have in common, and how they differ.</param>
public sealed record SeedScore(string Score, int Lead, IReadOnlyList<double> Values, SampleSummary Summary);

/// <summary>
/// Aggregates models that differ in the training seed alone and were judged on the same cases: how much of a score is the
/// method's, and how much the luck of one training.
/// </summary>
/// <param name="Files">The trainings' scores.</param>
/// <param name="Scores">Every score that all of them have, at every lead.</param>
public sealed record SeedAggregate(IReadOnlyList<EvaluationFile> Files, IReadOnlyList<SeedScore> Scores)
{
    /// <summary>Aggregates.</summary>
    /// <param name="files">At least one.</param>
    /// <param name="level">The level of the intervals, in (0, 1).</param>
    /// <returns>The aggregate.</returns>
    /// <exception cref="InputException">The cases differ.</exception>
    public static SeedAggregate Of(IReadOnlyList<EvaluationFile> files, double level = 0.95)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentOutOfRangeException.ThrowIfZero(files.Count, nameof(files));
        foreach (var file in files.Skip(1))
        {
            ModelComparison.RequireIn(files[0], file);
            ModelComparison.RequireIn(file, files[0]);
        }

        var scores =
            from lead in files[0].Scores.Keys.Select(judged => judged.Lead).Distinct().Order()
            from name in ModelComparison.CommonNames(files)
            let values = files.Select(file => Mean(file, name, lead)).ToList()
            select new SeedScore(name, lead, values, SampleSummary.Of(values, level));
        return new SeedAggregate(files, [.. scores]);
    }

    private static double Mean(EvaluationFile file, string name, int lead) => file.Scores
        .Where(entry => entry.Key.Lead == lead)
        .GroupBy(entry => entry.Key.Reynolds, entry => entry.Value[name])
        .Average(values => values.Average());
}
