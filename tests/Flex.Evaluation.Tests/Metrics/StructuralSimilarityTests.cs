using Flex.Evaluation.Metrics;

namespace Flex.Evaluation.Tests.Metrics;

public class StructuralSimilarityTests
{
    private const int Side = StructuralSimilarity.Side;

    [Fact]
    public void A_field_is_fully_similar_to_itself() =>
        Assert.Equal(1, StructuralSimilarity.Of(Waves(1, 0), Waves(1, 0), 16, 20), 12);

    /// <summary>Constants a and b have no variance: the second factor is 1, the first (2ab + C₁)/(a² + b² + C₁).</summary>
    [Fact]
    public void Constants_by_hand()
    {
        var similarity = StructuralSimilarity.Of(Constant(2), Constant(3), Side, Side, dataRange: 10);
        Assert.Equal((12 + 0.01) / (13 + 0.01), similarity, 12);
    }

    /// <summary>
    /// One bright point d in the middle of one window, which weighs g = w₀²: means g·d and 0, variances g(1 − g)d² and 0,
    /// covariance 0. With w ∝ exp(−i²/4.5), w₀ = 0.26601172.
    /// </summary>
    [Fact]
    public void One_window_by_hand()
    {
        var estimate = Constant(0);
        estimate[(Side * Side) / 2] = 2;
        var g = 0.26601172 * 0.26601172;
        var (c1, c2) = (0.0001, 0.0009);
        var expected = c1 * c2 / (((4 * g * g) + c1) * ((4 * g * (1 - g)) + c2));
        Assert.Equal(expected, StructuralSimilarity.Of(estimate, Constant(0), Side, Side, dataRange: 1), 1e-6 * expected);
    }

    [Fact]
    public void The_range_of_the_truth_is_the_data_range() =>
        Assert.Equal(
            StructuralSimilarity.Of(Waves(1, 0.3), Waves(2, 0), 16, 20, Waves(2, 0).Max() - (double)Waves(2, 0).Min()),
            StructuralSimilarity.Of(Waves(1, 0.3), Waves(2, 0), 16, 20));

    [Fact]
    public void A_wrong_pattern_is_worse_than_a_wrong_amplitude() =>
        Assert.True(StructuralSimilarity.Of(Waves(0.8, 0), Waves(1, 0), 16, 20) > 0.9
            && StructuralSimilarity.Of(Waves(1, Math.PI / 2), Waves(1, 0), 16, 20) < 0.5);

    [Fact]
    public void Windows_with_a_missing_value_are_left_out()
    {
        // 12 rows of windows' height 11: the last row of the field spoils the second row of windows, and the first is alike.
        var (estimate, truth) = (new float[12 * Side], new float[12 * Side]);
        for (var i = 0; i < truth.Length; i++)
        {
            estimate[i] = truth[i] = i % 7;
        }

        estimate[^1] = float.NaN;
        truth[^2] = 50;
        Assert.Equal(1, StructuralSimilarity.Of(estimate, truth, 12, Side), 12);
    }

    [Fact]
    public void A_field_smaller_than_a_window_has_none()
    {
        Assert.Equal(double.NaN, StructuralSimilarity.Of(new float[100], new float[100], 10, 10));
        Assert.Throws<ArgumentException>(() => StructuralSimilarity.Of(new float[100], new float[10], 10, 10));
    }

    private static float[] Constant(float value) => [.. Enumerable.Repeat(value, Side * Side)];

    private static float[] Waves(double amplitude, double phase) =>
        [.. Enumerable.Range(0, 16 * 20).Select(i => (float)(amplitude * (Math.Sin((i % 20) + phase) + Math.Cos((i / 20) + phase))))];
}
