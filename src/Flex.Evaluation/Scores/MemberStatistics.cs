namespace Flex.Evaluation.Scores;

/// <summary>Statistics over the members of an ensemble, cell by cell.</summary>
public static class MemberStatistics
{
    /// <summary>The mean.</summary>
    /// <param name="members">The members, of one length; they are asked for one after another.</param>
    /// <returns>The mean of every cell.</returns>
    public static float[] Mean(IReadOnlyList<float[]> members) => Array.ConvertAll(ExactMean(members), mean => (float)mean);

    /// <summary>The standard deviation with M − 1 in the denominator: members are a sample of what is possible.</summary>
    /// <param name="members">Two members or more, of one length; they are asked for one after another.</param>
    /// <returns>The standard deviation of every cell.</returns>
    public static float[] StandardDeviation(IReadOnlyList<float[]> members)
    {
        var mean = ExactMean(members);
        var squares = new double[mean.Length];
        foreach (var member in members)
        {
            for (var i = 0; i < squares.Length; i++)
            {
                squares[i] += (member[i] - mean[i]) * (member[i] - mean[i]);
            }
        }

        return Array.ConvertAll(squares, sum => (float)Math.Sqrt(sum / (members.Count - 1)));
    }

    private static double[] ExactMean(IReadOnlyList<float[]> members)
    {
        double[]? sums = null;
        foreach (var member in members)
        {
            sums ??= new double[member.Length];
            for (var i = 0; i < sums.Length; i++)
            {
                sums[i] += member[i];
            }
        }

        return Array.ConvertAll(sums!, sum => sum / members.Count);
    }
}
