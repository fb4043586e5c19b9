using Flex.Evaluation.Ensembles;

namespace Flex.Evaluation.Scores;

/// <summary>How well one field was super-resolved.</summary>
/// <param name="Run">The run that the field is of.</param>
/// <param name="Reynolds">Its Reynolds number.</param>
/// <param name="Time">Its time, in the run's unit.</param>
/// <param name="Rfne">The mean over members of each member's RFNE.</param>
/// <param name="EnsembleMeanRfne">The RFNE of the mean over members; equals <paramref name="Rfne"/> for one member.</param>
/// <param name="BaselineRfne">The RFNE of the baseline.</param>
/// <param name="Members">Number of members.</param>
/// <param name="Masked">Points left out because some value is missing there, over all members.</param>
public sealed record FieldScore(
    string Run,
    double Reynolds,
    double Time,
    double Rfne,
    double EnsembleMeanRfne,
    double BaselineRfne,
    int Members,
    long Masked)
{
    /// <summary>The RFNE of further baselines, by name.</summary>
    public IReadOnlyDictionary<string, double> Others { get; init; } = new Dictionary<string, double>();

    /// <summary>What the ensemble's uncertainty is worth; null for one member.</summary>
    public EnsembleScores? Ensemble { get; init; }

    /// <summary>The RFNE as a fraction of the baseline's: below 1 is better.</summary>
    public double Ratio => Rfne / BaselineRfne;
}
