namespace Flex.Evaluation.Spectra;

/// <summary>How much of a quantity an estimate and the truth hold in one band of wavenumbers.</summary>
/// <param name="Low">The first wavenumber of the band.</param>
/// <param name="High">The last wavenumber of the band.</param>
/// <param name="Estimate">The sum of the estimate's spectrum over the band.</param>
/// <param name="Truth">The sum of the true spectrum over the band.</param>
public sealed record SpectralBand(int Low, int High, double Estimate, double Truth)
{
    /// <summary>
    /// (Ê − E)/E of the band: −1 when the estimate has nothing there (blurred away), 0 when it has the right
    /// amount, positive when it has too much (noise).
    /// </summary>
    public double RelativeError => (Estimate - Truth) / Truth;

    /// <summary>Splits two spectra into octaves: 1, 2–3, 4–7, 8–15, …; the last one ends with the spectrum.</summary>
    /// <param name="estimate">The spectrum to be judged.</param>
    /// <param name="truth">The reference, with as many shells.</param>
    /// <returns>The bands, large scales first.</returns>
    /// <exception cref="ArgumentException">The two differ in length.</exception>
    public static IReadOnlyList<SpectralBand> Octaves(Spectrum estimate, Spectrum truth)
    {
        ArgumentNullException.ThrowIfNull(estimate);
        ArgumentNullException.ThrowIfNull(truth);
        if (estimate.Shells.Count != truth.Shells.Count)
        {
            throw new ArgumentException($"spectra of {estimate.Shells.Count} and {truth.Shells.Count} shells");
        }

        var bands = new List<SpectralBand>();
        for (var low = 1; low < truth.Shells.Count; low *= 2)
        {
            var high = Math.Min((2 * low) - 1, truth.Shells.Count - 1);
            bands.Add(new SpectralBand(low, high, Sum(estimate, low, high), Sum(truth, low, high)));
        }

        return bands;
    }

    private static double Sum(Spectrum spectrum, int low, int high) =>
        spectrum.Shells.Skip(low).Take(high - low + 1).Sum();
}
