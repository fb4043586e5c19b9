using Flex.Evaluation.Scores;
using Flex.Fields.DataSets;
using Flex.Fields.Grids;
using Flex.Fields.Resampling;

namespace Flex.Evaluation.Tests.Scores;

public class SuperResolutionEvaluationTests
{
    [Fact]
    public void The_resolver_gets_every_sth_point_with_its_boundaries_and_parameters()
    {
        (CoarseField Coarse, IReadOnlyList<double> Parameters, uint Frame) seen = default;
        var truth = Wave(8, 8, Grid.PeriodicBox(8, 8));
        var evaluation = new SuperResolutionEvaluation(4, (field, coarse, parameters) =>
        {
            seen = (coarse, parameters, field.Frame);
            return [truth.Values];
        });
        var refined = evaluation.Add(truth, [250]);
        Assert.Equal([truth.Values[0], truth.Values[4], truth.Values[32], truth.Values[36]], seen.Coarse.Values.ToArray());
        Assert.Equal((2, 2, true, true, 7u), (seen.Coarse.Height, seen.Coarse.Width, seen.Coarse.PeriodicY, seen.Coarse.PeriodicX, seen.Frame));
        Assert.Equal([250], seen.Parameters);
        Assert.Equal((0.0, "run", 250.0, 1.5), (refined.Score.Rfne, refined.Score.Run, refined.Score.Reynolds, refined.Score.Time));
    }

    [Fact]
    public void The_baseline_keeps_the_coarse_points_where_they_are()
    {
        var truth = Wave(32, 32, Grid.PeriodicBox(32, 32));
        var refined = new SuperResolutionEvaluation(4, (_, _, _) => [truth.Values]).Add(truth, []);
        for (var y = 0; y < 32; y += 4)
        {
            for (var x = 0; x < 32; x += 4)
            {
                Assert.Equal(truth.Values[(y * 32) + x], refined.Baseline[(y * 32) + x]);
            }
        }

        // A wave of 8 coarse points a period is resolved to a few percent; a half-cell shift would cost some 60 %.
        Assert.InRange(refined.Score.BaselineRfne, 0.001, 0.05);
    }

    [Theory]
    [InlineData(9, 9)]
    [InlineData(8, 9)]
    [InlineData(9, 8)]
    public void What_is_refined_beyond_the_field_is_cropped(int height, int width)
    {
        var truth = Wave(height, width, new Grid(new GridAxis("y", height), new GridAxis("x", width)));
        var evaluation = new SuperResolutionEvaluation(4, (_, coarse, _) =>
        {
            var member = new float[16 * coarse.Height * coarse.Width];
            for (var i = 0; i < truth.Values.Length; i++)
            {
                member[(i / width * 4 * coarse.Width) + (i % width)] = truth.Values[i];
            }

            return [member];
        });
        Assert.Equal(truth.Values, evaluation.Add(truth, []).Samples[0]);
        Assert.Equal(0, Assert.Single(evaluation.Score.Fields).Rfne);
    }

    [Fact]
    public void A_periodic_side_that_is_no_multiple_of_the_factor_is_refused() =>
        Assert.Throws<InputException>(
            () => new SuperResolutionEvaluation(4, (_, _, _) => []).Add(Wave(9, 8, Grid.PeriodicBox(9, 8)), []));

    [Fact]
    public void Further_baselines_are_judged_by_their_rfne()
    {
        var truth = Wave(16, 16, Grid.PeriodicBox(16, 16));
        Baseline[] others = [Baseline.Interpolated(4, Interpolation.Bilinear), new("nothing", (_, _) => new float[256])];
        var evaluation = new SuperResolutionEvaluation(4, (_, _, _) => [truth.Values], others);
        var score = evaluation.Add(truth, []).Score;
        Assert.Equal(1, score.Others["nothing"], 1e-12);
        Assert.InRange(score.Others["bilinear"], score.BaselineRfne, 0.5);
        Assert.Equal(score.Others, Assert.Single(evaluation.Score.ByReynolds).Others);
        Assert.Contains("  RFNE(bicubic)  RFNE(bilinear)   RFNE(nothing)           ratio\n", SuperResolutionReport.Table(evaluation.Score), StringComparison.Ordinal);
    }

    private static TrueField Wave(int height, int width, Grid grid)
    {
        var values = Enumerable.Range(0, height * width)
            .Select(i => (float)(Math.Sin(Math.Tau * (i / width) / height) + Math.Cos(Math.Tau * (i % width) / width))).ToArray();
        return new TrueField("run", 250, 1.5, 7, values, grid);
    }
}
