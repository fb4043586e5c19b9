using System.Globalization;
using Flex.Evaluation.Spectra;

namespace Flex.Evaluation.Diagnosis;

/// <summary>Spectral roll-off: a member holds less at the finest scales than the truth does.</summary>
public sealed class RollOffDetector : IDetector
{
    private const double Limit = 0.7;

    // Of the total: what lies below is no more than rounding and the truth's own numerics.
    private const double LeastShare = 1e-5;

    private readonly Dictionary<int, (MeanSpectrum Truth, MeanSpectrum Members)> _bySide = [];

    /// <inheritdoc/>
    public Symptom Result
    {
        get
        {
            var bands = _bySide.Values.Select(spectra => FinestBand(spectra.Members.Value, spectra.Truth.Value)).OfType<SpectralBand>().ToList();
            var worst = bands.MinBy(band => band.Estimate / band.Truth);
            var ratio = worst is null ? double.NaN : worst.Estimate / worst.Truth;
            return new(
                "spectral roll-off",
                worst is null
                    ? "fields that do not wrap around have no such spectrum"
                    : string.Create(CultureInfo.InvariantCulture, $"wavenumbers {worst.Low} to {worst.High} hold {ratio:0.000} of the truth's variance"),
                ratio,
                Limit,
                ratio < Limit,
                "raise the transformer's depth or the decoder's width, or calibrate: flex calibrate");
        }
    }

    /// <inheritdoc/>
    public void Add(ExaminedField field)
    {
        ArgumentNullException.ThrowIfNull(field);
        if (!field.IsPeriodic)
        {
            return;
        }

        var side = Math.Min(field.Height, field.Width);
        if (!_bySide.TryGetValue(side, out var spectra))
        {
            _bySide[side] = spectra = (new MeanSpectrum(), new MeanSpectrum());
        }

        spectra.Truth.Add(IsotropicSpectrum.Enstrophy(field.Truth, field.Height, field.Width));
        foreach (var member in field.Members)
        {
            spectra.Members.Add(IsotropicSpectrum.Enstrophy(member, field.Height, field.Width));
        }
    }

    private static SpectralBand? FinestBand(Spectrum members, Spectrum truth) =>
        SpectralBand.Octaves(members, truth).LastOrDefault(band => band.Truth > LeastShare * truth.Total);
}
