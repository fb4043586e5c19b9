using Flex.Evaluation.Metrics;
using FsCheck;
using FsCheck.Fluent;

namespace Flex.Evaluation.Tests.Metrics;

public class FieldMetricTests
{
    public static TheoryData<FieldMetric> Everything =>
    [
        new Rfne(), new RootMeanSquareError(), new MeanAbsoluteError(), new PearsonCorrelation(),
        new RelativeMaximumError(), new PeakSignalToNoiseRatio(),
    ];

    [Fact]
    public void Rfne_is_the_error_norm_over_the_norm_of_the_truth()
    {
        // Errors (0, 0, 5): norm 5. Truth (3, 4, 0): norm 5, then doubled.
        Assert.Equal(1.0, FieldMetric.Of<Rfne>([3, 4, 5], [3, 4, 0]), 15);
        Assert.Equal(0.5, FieldMetric.Of<Rfne>([6, 8, 5], [6, 8, 0]), 15);
        Assert.Equal(0.0, FieldMetric.Of<Rfne>([6, 8, 0], [6, 8, 0]), 15);
        Assert.Equal(Math.Sqrt(5) / 2, FieldMetric.Of<Rfne>([1, 2], [2, 0]), 15);
    }

    [Fact]
    public void Rfne_of_a_vanishing_truth_is_infinite() =>
        Assert.Equal(double.PositiveInfinity, FieldMetric.Of<Rfne>([1, 0], [0, 0]));

    [Fact]
    public void Root_mean_square_error_by_hand() =>
        Assert.Equal(Math.Sqrt((1 + 4 + 4) / 3.0), FieldMetric.Of<RootMeanSquareError>([1, 2, 5], [0, 4, 3]), 15);

    [Fact]
    public void Mean_absolute_error_by_hand() =>
        Assert.Equal((1 + 2 + 2) / 3.0, FieldMetric.Of<MeanAbsoluteError>([1, 2, 5], [0, 4, 3]), 15);

    [Fact]
    public void Relative_maximum_error_by_hand() =>
        Assert.Equal(2.0 / 4, FieldMetric.Of<RelativeMaximumError>([1, 2, 3], [0, -4 + 8, 2]), 15);

    [Fact]
    public void Relative_maximum_error_takes_absolute_values() =>
        Assert.Equal(6.0 / 8, FieldMetric.Of<RelativeMaximumError>([-7, -2], [-1, -8]), 15);

    [Fact]
    public void Peak_signal_to_noise_ratio_by_hand()
    {
        // Range 8, RMSE 1/8.
        Assert.Equal(20 * Math.Log10(64), FieldMetric.Of<PeakSignalToNoiseRatio>([-4.125f, 4.125f], [-4, 4]), 12);
        Assert.Equal(double.PositiveInfinity, FieldMetric.Of<PeakSignalToNoiseRatio>([-4, 4], [-4, 4]));
    }

    [Fact]
    public void Correlation_by_hand()
    {
        // Deviations (−1, 0, 1) and (−2, 1, 1): 3 / √(2·6).
        Assert.Equal(3 / Math.Sqrt(12), FieldMetric.Of<PearsonCorrelation>([1, 2, 3], [2, 5, 5]), 14);
        Assert.Equal(-1, FieldMetric.Of<PearsonCorrelation>([1, 2, 3], [3, 2, 1]), 14);
    }

    [Fact]
    public void Correlation_survives_a_mean_that_dwarfs_the_fluctuation()
    {
        // All values are exact in float32; with Σx² − n⟨x⟩² in double, only some 3 digits would be left.
        float[] estimate = [4194305, 4194306, 4194307];
        float[] truth = [4194304, 4194305.5f, 4194305.5f];
        Assert.Equal(1.5 / Math.Sqrt(2 * 1.5), FieldMetric.Of<PearsonCorrelation>(estimate, truth), 12);
    }

    [Fact]
    public void Sums_are_kept_in_double()
    {
        // In float32 the running sum of 4·10⁶ terms of 0.01 would be wrong in the third digit.
        var metric = new MeanAbsoluteError();
        var estimate = new float[4096];
        var truth = new float[4096];
        Array.Fill(truth, 0.01f);
        for (var i = 0; i < 1024; i++)
        {
            metric.Add(estimate, truth);
        }

        Assert.Equal(0.01f, metric.Value, 12);
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public void Masked_points_are_left_out_and_counted(FieldMetric metric)
    {
        metric.Add([1, float.NaN, 2, 5, float.NaN], [0, 7, float.NaN, 3, float.NaN]);
        Assert.Equal(2, metric.Count);
        Assert.Equal(3, metric.Masked);

        var clean = (FieldMetric)Activator.CreateInstance(metric.GetType())!;
        clean.Add([1, 5], [0, 3]);
        Assert.Equal(clean.Value, metric.Value);
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public void Nothing_added_is_not_a_number(FieldMetric metric) => Assert.Equal(double.NaN, metric.Value);

    [Theory]
    [MemberData(nameof(Everything))]
    public void An_infinite_estimate_is_not_hidden(FieldMetric metric)
    {
        metric.Add([1, float.PositiveInfinity], [0, 7]);
        Assert.Equal(0, metric.Masked);
        Assert.False(double.IsFinite(metric.Value));
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public void Different_lengths_are_refused(FieldMetric metric) =>
        Assert.Throws<ArgumentException>(() => metric.Add([1, 2], [1]));

    [Fact]
    public void Pieces_and_the_whole_agree()
    {
        var pairs = ArbMap.Default.ArbFor<(short Estimate, short Truth)[]>();
        Prop.ForAll(pairs, p =>
        {
            var estimate = p.Select(x => (float)x.Estimate).ToArray();
            var truth = p.Select(x => (float)x.Truth).ToArray();
            var whole = new Rfne();
            whole.Add(estimate, truth);
            var pieces = new Rfne();
            var half = truth.Length / 2;
            pieces.Add(estimate.AsSpan(0, half), truth.AsSpan(0, half));
            pieces.Add(estimate.AsSpan(half), truth.AsSpan(half));
            return whole.Value.Equals(pieces.Value);
        }).QuickCheckThrowOnFailure();
    }
}
