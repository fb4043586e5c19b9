namespace Flex.Evaluation.Statistics;

/// <summary>One score of two models.</summary>
/// <param name="Score">The score's name.</param>
/// <param name="Lead">Steps since the start; 0 for super-resolution.</param>
/// <param name="Pairs">How the models compare.</param>
public sealed record ScoreComparison(string Score, int Lead, PairedComparison Pairs);

/// <summary>Compares two models that were judged on the same cases.</summary>
/// <param name="First">The first model's scores.</param>
/// <param name="Second">The second model's scores.</param>
/// <param name="Scores">The comparison of every score that both have, at every lead.</param>
public sealed record ModelComparison(EvaluationFile First, EvaluationFile Second, IReadOnlyList<ScoreComparison> Scores)
{
    /// <summary>Compares.</summary>
    /// <param name="first">The first model's scores.</param>
    /// <param name="second">The second model's scores.</param>
    /// <param name="bootstrap">How intervals are made.</param>
    /// <returns>The comparison.</returns>
    /// <exception cref="InputException">The cases differ.</exception>
    public static ModelComparison Of(EvaluationFile first, EvaluationFile second, Bootstrap bootstrap)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        RequireIn(first, second);
        RequireIn(second, first);
        var scores =
            from lead in first.Scores.Keys.Select(judged => judged.Lead).Distinct().Order()
            from name in CommonNames([first, second])
            let pairs = first.Scores.Where(entry => entry.Key.Lead == lead).Select(entry => new PairedCase(
                entry.Key.Reynolds, entry.Key.Run, entry.Key.Time, entry.Value[name], second.Scores[entry.Key][name])).ToList()
            select new ScoreComparison(name, lead, PairedComparison.Of(pairs, bootstrap));
        return new ModelComparison(first, second, [.. scores]);
    }

    /// <summary>The scores that every case of every file has.</summary>
    internal static IReadOnlyList<string> CommonNames(IReadOnlyList<EvaluationFile> files)
    {
        var cases = files.SelectMany(file => file.Scores.Values).ToList();
        return [.. cases[0].Keys.Where(name => cases.TrueForAll(scores => scores.ContainsKey(name)))];
    }

    /// <summary>Refuses a file that lacks a case of another.</summary>
    internal static void RequireIn(EvaluationFile file, EvaluationFile other)
    {
        if (file.Scores.Keys.FirstOrDefault(judged => !other.Scores.ContainsKey(judged)) is { } missing)
        {
            throw new InputException(
                $"{file.Path} and {other.Path} were not judged on the same cases: {missing} is in the first only; evaluate both models with the same data, times and leads");
        }
    }
}
