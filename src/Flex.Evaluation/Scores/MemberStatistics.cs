namespace Flex.Evaluation.Scores;

/// <summary>Statistics over the members of an ensemble, cell by cell.</summary>
public static class MemberStatistics
{
    /// <summary>The mean.</summary>
    /// <param name="members">The members, of one length.</param>
    /// <returns>The mean of every cell.</returns>
    public static float[] Mean(IReadOnlyList<float[]> members)
    {
        var result = new float[members[0].Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = (float)MeanAt(members, i);
        }

        return result;
    }

    /// <summary>The standard deviation with M − 1 in the denominator: members are a sample of what is possible.</summary>
    /// <param name="members">Two members or more, of one length.</param>
    /// <returns>The standard deviation of every cell.</returns>
    public static float[] StandardDeviation(IReadOnlyList<float[]> members)
    {
        var result = new float[members[0].Length];
        for (var i = 0; i < result.Length; i++)
        {
            var mean = MeanAt(members, i);
            var squares = 0.0;
            foreach (var member in members)
            {
                squares += (member[i] - mean) * (member[i] - mean);
            }

            result[i] = (float)Math.Sqrt(squares / (members.Count - 1));
        }

        return result;
    }

    private static double MeanAt(IReadOnlyList<float[]> members, int i)
    {
        var sum = 0.0;
        foreach (var member in members)
        {
            sum += member[i];
        }

        return sum / members.Count;
    }
}
