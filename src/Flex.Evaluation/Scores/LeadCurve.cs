namespace Flex.Evaluation.Scores;

/// <summary>How forecasts become worse with the lead.</summary>
/// <param name="Reynolds">The Reynolds number; null for the mean over Reynolds numbers.</param>
/// <param name="Leads">The leads, ascending; at least one.</param>
public sealed record LeadCurve(double? Reynolds, IReadOnlyList<LeadMean> Leads)
{
    /// <summary>Whether every value of every member is finite.</summary>
    public bool AllFinite => Leads.All(lead => lead.Errors.NonFinite == 0);

    /// <summary>The first lead at which the members' mean correlation is below a threshold, or is none at all.</summary>
    /// <param name="threshold">0.9 is the usual limit of usefulness.</param>
    /// <returns>The lead in steps; null when the correlation holds as far as was forecast.</returns>
    public int? FirstLeadBelow(double threshold) =>
        Leads.FirstOrDefault(lead => !(lead.Errors.Correlation >= threshold))?.Lead;
}
