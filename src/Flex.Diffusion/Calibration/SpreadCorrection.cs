using Flex.Diffusion.Sampling;
using Flex.Torch;

namespace Flex.Diffusion.Calibration;

/// <summary>
/// Makes the members of one ensemble differ by as much as they err, scale by scale: in every octave j of a tile the deviations from the
/// ensemble mean are multiplied such that their variance v_j becomes e^a_j(x) · v_j^b_j · Π v_k^b_jk over the other octaves k, where x are the field's
/// features. The mean stays as it is.
/// </summary>
/// <remarks>a and b are fitted on fields that the network was not trained on, see <see cref="OctaveFit"/>.</remarks>
/// <param name="Steps">N, the sampling steps for which it was fitted, with η = 0 and even placement; draws of another sampler have another spread.</param>
/// <param name="Level">a of every octave (<see cref="OctaveBands"/>), the longest waves first, but for what x tells of it.</param>
/// <param name="Exponent">b of every octave; 1 keeps the proportions between tiles.</param>
/// <param name="Others">Row j has the exponents of the other octaves' variances in octave j, and 0 at j; null for none at all.</param>
public sealed record SpreadCorrection(
    int Steps, IReadOnlyList<double> Level, IReadOnlyList<double> Exponent, IReadOnlyList<IReadOnlyList<double>>? Others = null)
{
    // Beyond these the fit is extrapolated from spreads that it has not seen.
    private const double LeastFactor = 0.25, MostFactor = 4;

    /// <summary>Variances below this one count as this one.</summary>
    internal const double LeastVariance = 1e-12;

    /// <summary>Whether it is of the draws of a sampler.</summary>
    /// <param name="sampler">The sampler.</param>
    /// <returns>The answer.</returns>
    public bool Fits(DdimSampler sampler) => sampler == new DdimSampler(Steps);

    /// <summary>What x tells of each a; null for nothing.</summary>
    public IReadOnlyList<FieldLaw>? Octaves { get; init; }

    /// <summary>What all a are shifted by; null for nothing.</summary>
    public FieldLaw? Field { get; init; }

    /// <summary>What differs within a tile; null for nothing.</summary>
    public LocalLaw? Local { get; init; }

    /// <summary>Corrects the draws of some tiles.</summary>
    /// <param name="members">M ≥ 2 draws of the same tiles, (B, C, P, P) each, normalised.</param>
    /// <param name="field">The features of the field that they are of (see <see cref="FieldLaw"/>); none where no law depends on it.</param>
    /// <returns>The corrected draws, in the caller's scope.</returns>
    /// <exception cref="InputException">The correction is not of such tiles.</exception>
    public IReadOnlyList<Tensor> Apply(IReadOnlyList<Tensor> members, IReadOnlyList<double>? field = null)
    {
        ArgumentNullException.ThrowIfNull(members);
        ArgumentOutOfRangeException.ThrowIfLessThan(members.Count, 2);
        var (patch, device) = ((int)members[0].Size(3), members[0].Device);
        if (!IsOf(OctaveBands.Count(patch)))
        {
            throw new InputException($"the model's spread correction is not one of tiles with {OctaveBands.Count(patch)} octaves: use another copy of the model");
        }

        using var noGrad = GradMode.NoGrad();
        using var scope = new TensorScope();
        var spectra = new TileSpectra(patch, device);
        var mean = TileSpectra.Mean(members);
        Tensor[] deviations = [.. members.Select(member => spectra.Transform(member - mean))];
        var logVariance = spectra.Variance(deviations).Clamp(min: LeastVariance).Log();
        var shift = Field?.At(field ?? []) ?? 0;
        var logFactor = ((logVariance * (Row(Exponent, device) - 1)) + Row([.. Level.Select((a, band) => a + (Octaves?[band].At(field ?? []) ?? 0) + shift)], device)) * 0.5;
        if (Others is not null)
        {
            var others = Tensor.From<float>([.. Others.SelectMany(row => row).Select(value => (float)value)], Level.Count, Level.Count).To(device);
            logFactor += logVariance.MatMul(others.Transpose(0, 1)) * 0.5;
        }

        var factor = spectra.Spread(logFactor.Clamp(Math.Log(LeastFactor), Math.Log(MostFactor)).Exp(), mean.Shape);
        Tensor[] corrected = [.. deviations.Select(deviation => spectra.Invert(deviation * factor))];
        var local = Local?.Factor(TileSpectra.SampleVariance(corrected), mean);
        return [.. corrected.Select(deviation => scope.Keep(mean + (local is null ? deviation : deviation * local)))];
    }

    // What a file holds may be anything.
    private bool IsOf(int octaves) => (Level.Count, Exponent.Count, Others?.Count ?? octaves, Octaves?.Count ?? octaves) == (octaves, octaves, octaves, octaves)
        && (Others ?? []).All(row => row?.Count == octaves) && (Octaves ?? []).All(law => law is not null);

    private static Tensor Row(IReadOnlyList<double> values, Device device) =>
        Tensor.From<float>([.. values.Select(value => (float)value)], 1, values.Count).To(device);
}
