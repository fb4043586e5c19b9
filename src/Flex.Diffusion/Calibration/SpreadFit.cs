using Flex.Torch;

namespace Flex.Diffusion.Calibration;

/// <summary>
/// Fits a <see cref="SpreadCorrection"/>: ensembles and truths are added, and e^a·v^b is what the error of their means, less what M members
/// leave of sampling noise, is expected to be where the ensemble's variance is v.
/// </summary>
/// <remarks>
/// A generalised linear model with logarithmic link and variance in proportion to the mean (McCullagh and Nelder 1989, Generalized Linear
/// Models, §6.2 and §9.2), by iteratively reweighted least squares: its score equations make the errors' sum right, as spread/skill has it.
/// </remarks>
/// <param name="steps">N, the sampling steps of the draws.</param>
public sealed class SpreadFit(int steps)
{
    private const int Iterations = 50;

    private readonly List<float[]> _variances = [];
    private readonly List<float[]> _errors = [];

    /// <summary>Whether nothing was added.</summary>
    public bool IsEmpty => _variances.Count == 0;

    /// <summary>Adds tiles.</summary>
    /// <param name="members">M ≥ 2 draws, (B, C, P, P) each, normalised.</param>
    /// <param name="truth">(B, C, P, P).</param>
    public void Add(IReadOnlyList<Tensor> members, Tensor truth)
    {
        ArgumentNullException.ThrowIfNull(members);
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentOutOfRangeException.ThrowIfLessThan(members.Count, 2);
        using var scope = new TensorScope();
        var spectra = new TileSpectra((int)truth.Size(3), truth.Device);
        var mean = TileSpectra.Mean(members);
        var bands = OctaveBands.Count((int)truth.Size(3));
        var variance = spectra.Variance([.. members.Select(member => spectra.Transform(member - mean))]);
        var error = spectra.Power(spectra.Transform(truth - mean).Square()) * (members.Count / (members.Count + 1.0));
        _variances.AddRange(variance.ToArray<float>().Chunk(bands));
        _errors.AddRange(error.ToArray<float>().Chunk(bands));
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

        var octaves = Enumerable.Range(0, _variances[0].Length).Select(Octave).ToList();
        return new SpreadCorrection(steps, [.. octaves.Select(octave => octave.Level)], [.. octaves.Select(octave => octave.Exponent)]);
    }

    private (double Level, double Exponent) Octave(int band)
    {
        // An octave in which an ensemble has no variance has nothing to be scaled.
        var seen = Enumerable.Range(0, _variances.Count).Where(i => _variances[i][band] > 0).ToList();
        double[] logs = [.. seen.Select(i => Math.Log(_variances[i][band]))];
        double[] errors = [.. seen.Select(i => (double)_errors[i][band])];
        if (seen.Count == 0 || errors.Sum() == 0)
        {
            return (0, 1);
        }

        // From the right sum with the proportions kept. Where all variances are equal, b cannot be told and stays 1.
        var centre = logs.Average();
        var level = Math.Log(errors.Sum() / logs.Sum(v => Math.Exp(v)));
        var (a, b) = (level + centre, 1.0);
        for (var i = 0; i < Iterations; i++)
        {
            var (w, wx, wxx, r, rx) = (0.0, 0.0, 0.0, 0.0, 0.0);
            for (var n = 0; n < logs.Length; n++)
            {
                var x = logs[n] - centre;
                var mean = Math.Exp(a + (b * x));
                (w, wx, wxx) = (w + mean, wx + (mean * x), wxx + (mean * x * x));
                (r, rx) = (r + errors[n] - mean, rx + ((errors[n] - mean) * x));
            }

            var determinant = (w * wxx) - (wx * wx);
            if (determinant <= 1e-9 * w * w)
            {
                return (level, 1);
            }

            a += Math.Clamp(((wxx * r) - (wx * rx)) / determinant, -1, 1);
            b += Math.Clamp(((w * rx) - (wx * r)) / determinant, -0.5, 0.5);
        }

        return (a - (b * centre), b);
    }
}
