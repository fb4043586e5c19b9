using Flex.Evaluation.Metrics;
using Flex.Evaluation.Scores;

namespace Flex.Evaluation.Tests.Metrics;

public class AnomalyCorrelationTests
{
    /// <summary>Anomalies (1, 2) and (2, −1), then (3, 1): products 0 and 5, squares 5, 5 and 10.</summary>
    [Fact]
    public void By_hand()
    {
        Assert.Equal(0, AnomalyCorrelation.Of([11, 22], [12, 19], [10, 20]), 14);
        Assert.Equal(5 / Math.Sqrt(50), AnomalyCorrelation.Of([13, 21], [11, 22], [10, 20]), 14);
    }

    /// <summary>A field that only has the climatology's pattern right correlates with the truth, and its anomaly does not.</summary>
    [Fact]
    public void The_pattern_of_the_climatology_is_no_merit()
    {
        float[] climatology = [0, 100, 200, 300];
        Assert.True(FieldMetric.Of<PearsonCorrelation>([1, 99, 199, 301], [1, 101, 201, 301]) > 0.999);
        Assert.Equal(0, AnomalyCorrelation.Of([1, 99, 199, 301], [1, 101, 201, 301], climatology), 14);
    }

    [Fact]
    public void Missing_points_are_masked_and_pieces_pooled()
    {
        var correlation = new AnomalyCorrelation();
        correlation.Add([13, float.NaN, 1], [11, 1, 1], [10, 0, float.NaN]);
        correlation.Add([21], [22], [20]);
        Assert.Equal(5 / Math.Sqrt(50), correlation.Value, 14);
        Assert.Throws<ArgumentException>(() => correlation.Add([1], [1, 2], [1]));
        Assert.Equal(double.NaN, new AnomalyCorrelation().Value);
    }

    [Fact]
    public void Forecasts_have_it_where_there_is_a_climatology()
    {
        float[][] members = [[13, 21], [11, 22]];
        var errors = LeadErrors.Of([11, 22], [0, 0], members, new Dictionary<string, float[]> { ["climatology"] = [10, 20] });
        Assert.Equal(((5 / Math.Sqrt(50)) + 1) / 2, errors.AnomalyCorrelation!.Value, 14);
        Assert.Equal(errors.AnomalyCorrelation, LeadErrors.Mean([errors, errors]).AnomalyCorrelation);
        Assert.Null(LeadErrors.Of([11, 22], [0, 0], members).AnomalyCorrelation);
    }
}
