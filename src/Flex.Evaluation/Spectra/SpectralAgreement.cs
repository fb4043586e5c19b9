namespace Flex.Evaluation.Spectra;

/// <summary>
/// Which scales of periodic fields an estimate has right, and not only in amount: its spectral coherence with the truth
/// and the spectrum of its error, over fields that are added one after another.
/// </summary>
/// <remarks>
/// From the shell sums P_xx = Σ|x̂|², P_yy = Σ|ŷ|² and P_xy = Σ Re(x̂ ŷ*) of estimate x and truth y, all of them summed
/// over fields and bands before anything is divided (Bendat and Piersol 2010, Random Data, section 5.2).
/// </remarks>
public sealed class SpectralAgreement
{
    private double[] _estimate = [];
    private double[] _truth = [];
    private double[] _product = [];

    /// <summary>
    /// The agreement by octaves, k = 1, 2–3, 4–7, …; empty while nothing was added. Bands without any truth are left out.
    /// </summary>
    public IReadOnlyList<AgreementBand> Bands
    {
        get
        {
            var bands = new List<AgreementBand>();
            for (var low = 1; low < _truth.Length; low *= 2)
            {
                var range = low..Math.Min(2 * low, _truth.Length);
                var (estimate, truth, product) = (_estimate[range].Sum(), _truth[range].Sum(), _product[range].Sum());
                if (truth > 0)
                {
                    bands.Add(new AgreementBand(
                        low, range.End.Value - 1, product / Math.Sqrt(estimate * truth), Math.Max(estimate + truth - (2 * product), 0) / truth));
                }
            }

            return bands;
        }
    }

    /// <summary>Adds estimates of one true field.</summary>
    /// <param name="estimates">The fields to be judged, (H, W), row by row.</param>
    /// <param name="truth">The reference, of the same shape as all fields before.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <exception cref="InputException">A value is missing or infinite.</exception>
    /// <exception cref="ArgumentException">The size is another than before.</exception>
    public void Add(IReadOnlyList<float[]> estimates, ReadOnlySpan<float> truth, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(estimates);
        var exact = HalfSpectrum.Of(truth, height, width);
        var power = exact.OverShells(exact, One);
        foreach (var field in estimates)
        {
            var estimate = HalfSpectrum.Of(field, height, width);
            Accumulate(ref _estimate, estimate.OverShells(estimate, One));
            Accumulate(ref _product, estimate.OverShells(exact, One));
            Accumulate(ref _truth, power);
        }

        static double One(double squaredWavenumber) => 1;
    }

    private static void Accumulate(ref double[] sums, double[] shells)
    {
        if (sums.Length == 0)
        {
            sums = new double[shells.Length];
        }

        if (sums.Length != shells.Length)
        {
            throw new ArgumentException($"a field of {shells.Length} shells among ones of {sums.Length}");
        }

        for (var k = 0; k < shells.Length; k++)
        {
            sums[k] += shells[k];
        }
    }
}
