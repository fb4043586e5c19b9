using Flex.Evaluation.Ensembles;
using Flex.Evaluation.Metrics;
using Flex.Fields.DataSets;
using Flex.Fields.Grids;
using Flex.Fields.Resampling;

namespace Flex.Evaluation.Scores;

/// <summary>Refines a coarse field: the members of the answer, each at least as large as the field it is compared with.</summary>
/// <param name="truth">What it will be compared with: its frame names the noise.</param>
/// <param name="coarse">X_LR in its own units; NaN is missing.</param>
/// <param name="parameters">The run's physical parameters, not scaled.</param>
/// <returns>The members, each (H·s, W·s) row by row, or an <see cref="EnsembleSpool"/> of the size of the true field.</returns>
public delegate IReadOnlyList<float[]> SuperResolver(TrueField truth, CoarseField coarse, IReadOnlyList<double> parameters);

/// <summary>A true field and where it comes from.</summary>
/// <param name="Run">The run's name.</param>
/// <param name="Reynolds">The run's Reynolds number.</param>
/// <param name="Time">The field's time.</param>
/// <param name="Frame">The index of the time in the file.</param>
/// <param name="Values">(H, W), row by row; NaN is missing.</param>
/// <param name="Grid">The fine grid.</param>
/// <param name="TimeUnits">The units of the time.</param>
public sealed record TrueField(
    string Run, double Reynolds, double Time, uint Frame, float[] Values, Grid Grid, string TimeUnits = "1");

/// <summary>What was made of a true field, for pictures.</summary>
/// <param name="Coarse">Every s-th point.</param>
/// <param name="Baseline">Bicubic, on the true field's grid.</param>
/// <param name="Samples">The members, on the true field's grid.</param>
/// <param name="Score">How well.</param>
public sealed record RefinedField(CoarseField Coarse, float[] Baseline, IReadOnlyList<float[]> Samples, FieldScore Score);

/// <summary>
/// Judges a super-resolver on true fields: each is reduced to every s-th point and refined again, by the resolver and
/// by bicubic interpolation, and both answers are compared with it.
/// </summary>
/// <remarks>
/// The baseline is registered node to node and wraps around where the grid does, whatever the model was trained with:
/// a baseline that is shifted by half a coarse cell is several times worse, and ratios to it mean nothing.
/// </remarks>
/// <param name="factor">s ≥ 1.</param>
/// <param name="resolver">What is judged.</param>
/// <param name="others">Baselines besides bicubic, whose RFNE alone is measured.</param>
public sealed class SuperResolutionEvaluation(int factor, SuperResolver resolver, IReadOnlyList<Baseline>? others = null)
{
    private readonly Baseline _bicubic = Baseline.Interpolated(factor, Interpolation.Bicubic);

    /// <summary>The score of all fields so far.</summary>
    public SuperResolutionScore Score { get; } = new("bicubic");

    /// <summary>Judges one field.</summary>
    /// <param name="truth">The true field.</param>
    /// <param name="parameters">The run's physical parameters, not scaled.</param>
    /// <returns>What was made of it.</returns>
    /// <exception cref="InputException">An axis is periodic and its length is not a multiple of s, or the resolver refuses.</exception>
    public RefinedField Add(TrueField truth, IReadOnlyList<double> parameters)
    {
        ArgumentNullException.ThrowIfNull(truth);
        var (grid, height, width) = (truth.Grid, truth.Grid.Height, truth.Grid.Width);
        var coarseGrid = grid.Stride(factor);
        var coarse = new CoarseField(
            Downsample.Strided(new ArrayField(truth.Values, height, width), factor),
            coarseGrid.Height, coarseGrid.Width, grid.Y.Periodic, grid.X.Periodic);
        var baseline = _bicubic.Answer(truth, coarse);
        var rivals = (others ?? []).ToDictionary(other => other.Name, other => FieldMetric.Of<Rfne>(other.Answer(truth, coarse), truth.Values));
        var drawn = resolver(truth, coarse, parameters);
        var samples = drawn is EnsembleSpool ? drawn : [.. drawn.Select(member => Crop(member, coarse.Width * factor, height, width))];
        var score = Score.Add(truth.Run, truth.Reynolds, truth.Time, height, width, truth.Values, baseline, samples, rivals);
        return new RefinedField(coarse, baseline, samples, score);
    }

    /// <summary>A side that is no multiple of s is refined beyond its last point.</summary>
    private static float[] Crop(float[] member, int memberWidth, int height, int width)
    {
        if (memberWidth == width)
        {
            return member.Length == height * width ? member : member[..(height * width)];
        }

        var cropped = new float[height * width];
        for (var row = 0; row < height; row++)
        {
            member.AsSpan(row * memberWidth, width).CopyTo(cropped.AsSpan(row * width));
        }

        return cropped;
    }
}
