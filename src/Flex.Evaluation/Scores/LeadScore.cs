using Flex.Evaluation.Ensembles;

namespace Flex.Evaluation.Scores;

/// <summary>How good one forecast was at one lead.</summary>
/// <param name="Case">The forecast.</param>
/// <param name="Lead">Steps since its start, from 1.</param>
/// <param name="Time">The time that was forecast, in the run's unit.</param>
/// <param name="Errors">How good.</param>
public sealed record LeadScore(ForecastCase Case, int Lead, double Time, LeadErrors Errors)
{
    /// <summary>What the ensemble's uncertainty is worth; null for one member, or where one is not finite.</summary>
    public EnsembleScores? Ensemble { get; init; }
}

/// <summary>How good several forecasts were at one lead.</summary>
/// <param name="Lead">Steps since the start, from 1.</param>
/// <param name="LeadTime">The mean time since the start, in the runs' unit.</param>
/// <param name="Cases">Number of forecasts.</param>
/// <param name="Ratio">RFNE as a fraction of persistence's: below 1 is better.</param>
/// <param name="Errors">The mean errors.</param>
public sealed record LeadMean(int Lead, double LeadTime, int Cases, double Ratio, LeadErrors Errors)
{
    /// <summary>
    /// What the ensembles' uncertainty is worth, over all points of the forecasts; null for one member, or where one is
    /// not finite.
    /// </summary>
    public EnsembleScores? Ensemble { get; init; }
}
