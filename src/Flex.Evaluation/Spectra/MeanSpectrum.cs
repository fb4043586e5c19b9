namespace Flex.Evaluation.Spectra;

/// <summary>The mean of the spectra of several fields of one size (times, members, runs), added one after another.</summary>
public sealed class MeanSpectrum
{
    private double[] _sum = [];

    /// <summary>Spectra added so far.</summary>
    public int Count { get; private set; }

    /// <summary>The mean.</summary>
    /// <exception cref="InvalidOperationException">Nothing was added.</exception>
    public Spectrum Value => Count > 0
        ? new Spectrum([.. _sum.Select(entry => entry / Count)])
        : throw new InvalidOperationException("the mean of no spectra");

    /// <summary>Adds a spectrum.</summary>
    /// <param name="spectrum">One with as many shells as those before.</param>
    /// <exception cref="ArgumentException">It has another number of shells.</exception>
    public void Add(Spectrum spectrum)
    {
        ArgumentNullException.ThrowIfNull(spectrum);
        if (Count++ == 0)
        {
            _sum = new double[spectrum.Shells.Count];
        }

        if (spectrum.Shells.Count != _sum.Length)
        {
            throw new ArgumentException($"a spectrum of {spectrum.Shells.Count} shells among ones of {_sum.Length}");
        }

        for (var k = 0; k < _sum.Length; k++)
        {
            _sum[k] += spectrum.Shells[k];
        }
    }
}
