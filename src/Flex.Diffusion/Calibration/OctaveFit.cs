using Flex.Torch;

namespace Flex.Diffusion.Calibration;

/// <summary>
/// Fits a and b of a <see cref="SpreadCorrection"/>: ensembles and truths are added, and the error of their means, less what M members leave of sampling
/// noise, is foretold octave by octave: how it differs from tile to tile of a field from the variances of all octaves (<see cref="SpreadRegression"/>),
/// and how from field to field from the fields' features (<see cref="FieldFit"/>).
/// </summary>
/// <param name="steps">N, the sampling steps of the draws.</param>
public sealed class OctaveFit(int steps)
{
    private readonly List<float[][]> _variances = [];
    private readonly List<float[][]> _errors = [];
    private readonly List<IReadOnlyList<double>> _features = [];

    /// <summary>Whether nothing was added.</summary>
    public bool IsEmpty => _variances.Count == 0;

    /// <summary>Adds the tiles of one field. All fields weigh the same.</summary>
    /// <param name="members">M ≥ 2 draws without a correction, (B, C, P, P) each, normalised.</param>
    /// <param name="truth">(B, C, P, P).</param>
    /// <param name="field">The field's features (see <see cref="FieldLaw"/>), of all fields as many.</param>
    public void Add(IReadOnlyList<Tensor> members, Tensor truth, IReadOnlyList<double> field)
    {
        ArgumentNullException.ThrowIfNull(members);
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(field);
        ArgumentOutOfRangeException.ThrowIfLessThan(members.Count, 2);
        using var scope = new TensorScope();
        var spectra = new TileSpectra((int)truth.Size(3), truth.Device);
        var mean = TileSpectra.Mean(members);
        var bands = OctaveBands.Count((int)truth.Size(3));
        var variance = spectra.Variance([.. members.Select(member => spectra.Transform(member - mean))]);
        var error = spectra.Power(spectra.Transform(truth - mean).Square() * TileSpectra.TruthShare(members.Count));
        _variances.Add([.. variance.ToArray<float>().Chunk(bands)]);
        _errors.Add([.. error.ToArray<float>().Chunk(bands)]);
        _features.Add(field);
    }

    /// <summary>The correction that fits best what was added.</summary>
    /// <returns>The correction.</returns>
    /// <exception cref="InvalidOperationException">Nothing was added.</exception>
    public SpreadCorrection Fit()
    {
        if (IsEmpty)
        {
            throw new InvalidOperationException("add ensembles first");
        }

        var laws = Enumerable.Range(0, _variances[0][0].Length).Select(Octave).ToList();
        return new SpreadCorrection(
            steps,
            [.. laws.Select(law => law.Field.Level)],
            [.. laws.Select((law, band) => law.Exponents[band])],
            [.. laws.Select((law, band) => (IReadOnlyList<double>)[.. law.Exponents.Select((exponent, k) => k == band ? 0 : exponent)])])
        {
            Octaves = [.. laws.Select(law => law.Field with { Level = 0 })],
        };
    }

    private static double LogVariance(float variance) => Math.Log(Math.Max(variance, SpreadCorrection.LeastVariance));

    private (FieldLaw Field, IReadOnlyList<double> Exponents) Octave(int band)
    {
        var fields = Enumerable.Range(0, _variances.Count).Select(f =>
        {
            // An ensemble that has no variance in this octave has nothing to be scaled.
            var seen = Enumerable.Range(0, _variances[f].Length).Where(i => _variances[f][i][band] > 0).ToList();
            return new SpreadRegression.Field([.. seen.Select(i => _variances[f][i].Select(LogVariance).ToArray())], [.. seen.Select(i => (double)_errors[f][i][band])]);
        }).ToList();
        var exponents = SpreadRegression.Fit(fields, band, _variances[0][0].Length);
        return (FieldFit.Fit(_features, [.. fields.Select(field => field.Level(exponents))]), exponents);
    }
}
