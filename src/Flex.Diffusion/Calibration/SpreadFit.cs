using Flex.Torch;

namespace Flex.Diffusion.Calibration;

/// <summary>
/// Fits a <see cref="SpreadCorrection"/>: ensembles and truths are added, and the error of their means, less what M members leave of sampling
/// noise, is foretold octave by octave from the variances of all octaves, see <see cref="SpreadRegression"/>.
/// </summary>
/// <param name="steps">N, the sampling steps of the draws.</param>
public sealed class SpreadFit(int steps)
{
    private readonly List<float[][]> _variances = [];
    private readonly List<float[][]> _errors = [];
    private readonly List<double> _ratios = [];
    private readonly List<IReadOnlyList<double>> _features = [];
    private readonly LocalFit _local = new();

    /// <summary>Whether nothing was added.</summary>
    public bool IsEmpty => _variances.Count == 0;

    /// <summary>Adds the tiles of one field. All fields weigh the same.</summary>
    /// <param name="members">M ≥ 2 draws, (B, C, P, P) each, normalised.</param>
    /// <param name="truth">(B, C, P, P).</param>
    /// <param name="field">The field's features (see <see cref="FieldLaw"/>), of all fields as many.</param>
    public void Add(IReadOnlyList<Tensor> members, Tensor truth, IReadOnlyList<double>? field = null)
    {
        ArgumentNullException.ThrowIfNull(members);
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentOutOfRangeException.ThrowIfLessThan(members.Count, 2);
        using var scope = new TensorScope();
        var spectra = new TileSpectra((int)truth.Size(3), truth.Device);
        var mean = TileSpectra.Mean(members);
        var bands = OctaveBands.Count((int)truth.Size(3));
        Tensor[] differences = [.. members.Select(member => member - mean)];
        Tensor[] deviations = [.. differences.Select(spectra.Transform)];
        var variance = spectra.Variance(deviations);
        var squares = spectra.Transform(truth - mean).Square() * (members.Count / (members.Count + 1.0));
        var error = spectra.Power(squares);
        _ratios.Add(squares.Sum().Item() / deviations.Sum(deviation => deviation.Square().Sum().Item() / (members.Count - 1)));
        _variances.Add([.. variance.ToArray<float>().Chunk(bands)]);
        _features.Add(field ?? []);
        _errors.Add([.. error.ToArray<float>().Chunk(bands)]);
        _local.Add(TileSpectra.SampleVariance(differences), mean, (truth - mean).Square());
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
            [.. laws.Select(law => law.Level)],
            [.. laws.Select((law, band) => law.Exponents[band])],
            [.. laws.Select((law, band) => (IReadOnlyList<double>)[.. law.Exponents.Select((exponent, k) => k == band ? 0 : exponent)])]);
    }

    /// <summary>Balances the correction that the ensembles were drawn with, see <see cref="SpreadBalance"/> and <see cref="LocalFit"/>.</summary>
    /// <param name="correction">The correction.</param>
    /// <returns>The one after which nothing is left to correct.</returns>
    public SpreadCorrection Balance(SpreadCorrection correction)
    {
        ArgumentNullException.ThrowIfNull(correction);
        return correction with { Field = SpreadBalance.Fit(_features, [.. _ratios.Select(ratio => Math.Log(ratio))]), Local = _local.Fit() };
    }

    private static double LogVariance(float variance) => Math.Log(Math.Max(variance, SpreadCorrection.LeastVariance));

    private SpreadLaw Octave(int band)
    {
        List<SpreadRegression.Field> fields = [];
        for (var f = 0; f < _variances.Count; f++)
        {
            // An ensemble that has no variance in this octave has nothing to be scaled.
            var seen = Enumerable.Range(0, _variances[f].Length).Where(i => _variances[f][i][band] > 0).ToList();
            if (seen.Count > 0)
            {
                fields.Add(new SpreadRegression.Field(
                    [.. seen.Select(i => _variances[f][i].Select(LogVariance).ToArray())],
                    [.. seen.Select(i => (double)_errors[f][i][band])]));
            }
        }

        return SpreadRegression.Fit(fields, band, _variances[0][0].Length);
    }
}
