namespace Flex.Evaluation.Statistics;

/// <summary>What a bootstrap draws again.</summary>
public enum ResamplingUnit
{
    /// <summary>Whole runs, which are independent: where every Reynolds number has two or more.</summary>
    Runs,

    /// <summary>
    /// Times of runs: where some Reynolds number has one run only. Such an interval holds for other times of the same runs, and
    /// takes them to lie so far apart that they are independent.
    /// </summary>
    Times,
}
