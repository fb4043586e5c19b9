namespace Flex.Evaluation.Spectra;

/// <summary>
/// A quantity of a periodic field, split by scale: entry k is what the wavenumbers with k − ½ ≤ |k| &lt; k + ½ hold, in
/// the quantity's own unit. Wavenumbers are integers on a domain of side 2π.
/// </summary>
/// <param name="Shells">Entries k = 0, 1, …; all of them sum to the mean of the quantity over the domain.</param>
public sealed record Spectrum(IReadOnlyList<double> Shells)
{
    /// <summary>The mean of the quantity over the domain.</summary>
    public double Total => Shells.Sum();

    /// <summary>The wavenumbers 1, 2, … up to the highest that the grid resolves along an axis, for plots.</summary>
    /// <param name="gridSize">Points along the shorter side.</param>
    /// <returns>Wavenumbers and their entries.</returns>
    public (double[] Wavenumbers, double[] Values) Resolved(int gridSize)
    {
        var wavenumbers = Enumerable.Range(1, Math.Min(gridSize / 2, Shells.Count - 1)).ToArray();
        return ([.. wavenumbers.Select(k => (double)k)], [.. wavenumbers.Select(k => Shells[k])]);
    }
}
