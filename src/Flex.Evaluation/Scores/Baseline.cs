using Flex.Fields.DataSets;
using Flex.Fields.Grids;
using Flex.Fields.Resampling;

namespace Flex.Evaluation.Scores;

/// <summary>A simple answer that a model is compared with, besides bicubic interpolation.</summary>
/// <param name="Name">Its name in tables.</param>
/// <param name="Answer">What it makes of a coarse field, on the true field's grid; of the truth it may use place and time only.</param>
public sealed record Baseline(string Name, Func<TrueField, CoarseField, float[]> Answer)
{
    /// <summary>Interpolation, registered node to node and around the edge where the grid wraps around.</summary>
    /// <param name="factor">s ≥ 1.</param>
    /// <param name="interpolation">Bilinear or bicubic.</param>
    public static Baseline Interpolated(int factor, Interpolation interpolation) => new(
        interpolation == Interpolation.Bilinear ? "bilinear" : "bicubic",
        (truth, coarse) =>
        {
            var fine = new float[truth.Grid.Height * truth.Grid.Width];
            new Upsampler(factor, interpolation, Registration.Node, coarse.PeriodicY, coarse.PeriodicX)
                .Upsample(coarse.Rows, Window.Whole(truth.Grid.Height, truth.Grid.Width), fine);
            return fine;
        });

    /// <summary>The mean field of the month, which knows nothing of the coarse field.</summary>
    /// <param name="climatology">The means.</param>
    public static Baseline Climatology(MonthlyClimatology climatology) => new(
        "climatology",
        (truth, _) => climatology.At(truth.Time, truth.TimeUnits, truth.Grid.Height, truth.Grid.Width));
}
