using Flex.Evaluation.Spectra;

namespace Flex.Evaluation.Figures;

/// <summary>Log–log plots of spectra, the truth in black.</summary>
public static class SpectrumFigure
{
    /// <summary>Ordinates more than this factor below the highest are rounding, not physics, and are cut off.</summary>
    private const double Depth = 1e-9;

    /// <summary>Energy and enstrophy spectra of truth, baseline and samples.</summary>
    /// <param name="energy">Energy spectra.</param>
    /// <param name="enstrophy">Enstrophy spectra.</param>
    /// <param name="gridSize">Points along a side of the fine grid.</param>
    /// <param name="factor">How many times coarser the input was; its Nyquist wavenumber is marked.</param>
    /// <param name="baseline">The baseline's name.</param>
    /// <param name="model">The model's name.</param>
    /// <returns>The figure.</returns>
    public static CurveFigure Compare(
        SpectrumComparison energy, SpectrumComparison enstrophy, int gridSize, int factor, string baseline, string model)
    {
        ArgumentNullException.ThrowIfNull(energy);
        ArgumentNullException.ThrowIfNull(enstrophy);
        CurvePlot Compared(string title, string label, SpectrumComparison spectra) =>
            Plot(title, label, gridSize,
            [
                new NamedSpectrum("truth", spectra.Truth, Curve.Ink),
                new NamedSpectrum(baseline, spectra.Baseline, Curve.Orange, Stroke.Dashed),
                new NamedSpectrum(model, spectra.Sample, Curve.Blue),
            ])
            with
            { Marks = [(gridSize / (2.0 * factor), "coarse grid")] };
        return new CurveFigure(
            [Compared("energy spectrum", "E(k)", energy), Compared("enstrophy spectrum", "Z(k)", enstrophy)]);
    }

    /// <summary>How much of the truth each scale holds: 1 is right, below is blur, above is noise.</summary>
    /// <param name="spectra">The spectra.</param>
    /// <param name="gridSize">Points along a side of the fine grid.</param>
    /// <param name="factor">How many times coarser the input was; its Nyquist wavenumber is marked.</param>
    /// <param name="baseline">The baseline's name.</param>
    /// <param name="model">The model's name.</param>
    /// <returns>The plot.</returns>
    public static CurvePlot Shares(SpectrumComparison spectra, int gridSize, int factor, string baseline, string model)
    {
        ArgumentNullException.ThrowIfNull(spectra);
        const double Highest = 1.6;
        var (wavenumbers, truth) = spectra.Truth.Resolved(gridSize);
        var floor = truth.Max() * Depth;
        Curve Share(string name, Spectrum spectrum, Rgb colour, Stroke stroke) => new(
            name, wavenumbers, [.. spectrum.Resolved(gridSize).Values.Zip(truth, (part, whole) => whole > floor ? part / whole : double.NaN)], colour, stroke);
        return new CurvePlot(
            "share of the true enstrophy", "wavenumber k", "Z(k) / truth",
            [
                new Curve("", [1, wavenumbers[^1]], [1, 1], Curve.Ink, Stroke.Reference),
                Share(baseline, spectra.Baseline, Curve.Orange, Stroke.Dashed),
                Share(model, spectra.Sample, Curve.Blue, Stroke.Solid),
            ])
        {
            LogX = true,
            YRange = (0, Highest),
            Marks = [(gridSize / (2.0 * factor), "coarse grid")],
        };
    }

    /// <summary>One plot of several spectra of fields of one size.</summary>
    /// <param name="title">Above the axes.</param>
    /// <param name="label">Beside the vertical axis: "E(k)".</param>
    /// <param name="gridSize">Points along the shorter side of the fields.</param>
    /// <param name="spectra">The spectra, the last on top.</param>
    /// <returns>The plot.</returns>
    public static CurvePlot Plot(string title, string label, int gridSize, IReadOnlyList<NamedSpectrum> spectra)
    {
        ArgumentNullException.ThrowIfNull(spectra);
        var highest = spectra.SelectMany(s => s.Spectrum.Resolved(gridSize).Values).DefaultIfEmpty(0).Max();
        var curves = spectra.Select(s =>
        {
            var (wavenumbers, values) = s.Spectrum.Resolved(gridSize);
            return new Curve(
                s.Name, wavenumbers, [.. values.Select(y => y > highest * Depth ? y : double.NaN)], s.Colour, s.Stroke);
        }).ToArray();
        var lowest = curves.SelectMany(curve => curve.Y).Where(double.IsFinite).DefaultIfEmpty(1).Min();
        return new CurvePlot(title, "wavenumber k", label, curves)
        {
            LogX = true,
            LogY = true,
            YRange = highest > 0 ? (lowest / 2, highest * 3) : null,
            Key = "bottom left",
        };
    }
}

/// <summary>A spectrum with what its curve is called and how it is drawn.</summary>
/// <param name="Name">The name in the key; empty leaves it out.</param>
/// <param name="Spectrum">The spectrum.</param>
/// <param name="Colour">The curve's colour.</param>
/// <param name="Stroke">The curve's stroke.</param>
public sealed record NamedSpectrum(string Name, Spectrum Spectrum, Rgb Colour, Stroke Stroke = Stroke.Solid);
