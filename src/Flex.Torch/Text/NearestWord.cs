namespace Flex.Text;

/// <summary>Finds the word that somebody who mistyped may have meant.</summary>
public static class NearestWord
{
    /// <summary>Finds the candidate with the fewest typing errors to <paramref name="word"/>.</summary>
    /// <param name="word">What was typed.</param>
    /// <param name="candidates">What would have been valid.</param>
    /// <returns>The nearest candidate, or null when none is within a third of the word's length (at least 2) of it.</returns>
    public static string? Find(string word, IEnumerable<string> candidates)
    {
        ArgumentNullException.ThrowIfNull(word);
        ArgumentNullException.ThrowIfNull(candidates);
        var allowed = Math.Max(2, word.Length / 3);
        return candidates
            .Select(candidate => (candidate, distance: Distance(word, candidate)))
            .Where(pair => pair.distance <= Math.Min(allowed, pair.candidate.Length - 1))
            .OrderBy(pair => pair.distance)
            .Select(pair => pair.candidate)
            .FirstOrDefault();
    }

    /// <summary>Words the nearest candidate as the continuation of an error message.</summary>
    /// <param name="word">What was typed.</param>
    /// <param name="candidates">What would have been valid.</param>
    /// <returns><c> (did you mean nearest?)</c>, or nothing.</returns>
    public static string Hint(string word, IEnumerable<string> candidates) =>
        Find(word, candidates) is { } nearest ? $" (did you mean {nearest}?)" : "";

    /// <summary>Counts the insertions, deletions, replacements and swaps of neighbours (optimal string alignment) between
    /// two words; case does not count.</summary>
    /// <param name="a">One word.</param>
    /// <param name="b">The other.</param>
    /// <returns>The number of typing errors.</returns>
    public static int Distance(string a, string b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var (x, y) = (a.ToUpperInvariant(), b.ToUpperInvariant());
        var d = new int[x.Length + 1, y.Length + 1];
        for (var i = 0; i <= x.Length; i++)
        {
            d[i, 0] = i;
        }

        for (var j = 0; j <= y.Length; j++)
        {
            d[0, j] = j;
        }

        for (var i = 1; i <= x.Length; i++)
        {
            for (var j = 1; j <= y.Length; j++)
            {
                var replace = d[i - 1, j - 1] + (x[i - 1] == y[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(replace, 1 + Math.Min(d[i - 1, j], d[i, j - 1]));
                if (i > 1 && j > 1 && x[i - 1] == y[j - 2] && x[i - 2] == y[j - 1])
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }

        return d[x.Length, y.Length];
    }
}
