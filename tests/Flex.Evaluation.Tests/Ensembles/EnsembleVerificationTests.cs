using Flex.Evaluation.Ensembles;
using Flex.Evaluation.Scores;
using FsCheck;
using FsCheck.Fluent;

namespace Flex.Evaluation.Tests.Ensembles;

public class EnsembleVerificationTests
{
    [Fact]
    public void Two_members_by_hand()
    {
        // Point 1: members 0 and 2, truth 3: CRPS (3 + 1)/2 − 2/2 = 1; mean 1, variance 2, error 2, rank 2, pull 2/√2.
        // Point 2: members 5 and 1, truth 4: CRPS (1 + 3)/2 − 4/2 = 0; mean 3, variance 8, error 1, rank 1, pull 1/√8.
        var scores = Scores([[0, 5], [2, 1]], [3, 4]);
        Assert.Equal((2, 2L, 0L, 0L), (scores.Members, scores.Points, scores.Masked, scores.WithoutSpread));
        Assert.Equal(0.5, scores.FairCrps, 14);
        Assert.Equal(Math.Sqrt(5), scores.Spread, 14);
        Assert.Equal(Math.Sqrt(2.5), scores.Skill, 14);
        Assert.Equal(Math.Sqrt(1.5 * 2), scores.SpreadSkill, 14);
        Assert.Equal([0, 1, 1], scores.RankHistogram);
        Assert.Equal(2.0 / 3, scores.ReliabilityIndex, 14);
        var (first, second) = (2 / Math.Sqrt(2), 1 / Math.Sqrt(8));
        Assert.Equal((first + second) / 2, scores.PullMean, 14);
        Assert.Equal((first - second) / 2, scores.PullWidth, 14);
        Assert.Equal(double.PositiveInfinity, scores.ExpectedPullWidth);
    }

    [Fact]
    public void The_energy_score_takes_a_block_as_one_vector()
    {
        // To the truth: (3, 4) and (0, 0): norms 5 and 0, as root mean squares 5/√2 and 0; between the members 5/√2.
        var scores = Scores([[3, 4], [0, 0]], [0, 0]);
        Assert.Equal((5 / 2.0 / Math.Sqrt(2)) - (5 / 2.0 / Math.Sqrt(2)), scores.EnergyScore, 14);

        // Three members: (5 + 0 + 13)/3 − (5 + 13 + √68)/6, all over √2.
        scores = Scores([[3, 4], [0, 0], [5, 12]], [0, 0]);
        Assert.Equal((6 - ((18 + Math.Sqrt(68)) / 6)) / Math.Sqrt(2), scores.EnergyScore, 14);
    }

    [Fact]
    public void An_ensemble_on_disk_has_the_scores_of_one_in_memory()
    {
        const int Length = 100_000; // more than one range of cells
        float[] Field(int seed) => [.. Enumerable.Range(0, Length).Select(i => i == 70_000 && seed == 2 ? float.NaN : (float)Math.Sin((i * (seed + 1.3)) + seed))];
        float[][] members = [Field(1), Field(2), Field(3)];
        using var spool = new EnsembleSpool(members.Length, Length);
        foreach (var (m, values) in members.Index())
        {
            spool.Write(m, 30_000, values.AsSpan(30_000));
            spool.Write(m, 0, values.AsSpan(0, 30_000));
        }

        var truth = Field(0);
        var (inMemory, onDisk) = (new EnsembleVerification(3), new EnsembleVerification(3));
        inMemory.Add(members, truth);
        onDisk.Add(spool, truth);
        Assert.Equal(members[1], spool[1]);
        Assert.Equal((99_999, 1), (onDisk.Scores.Points, onDisk.Scores.Masked));
        Assert.Equal(inMemory.Scores.RankHistogram, onDisk.Scores.RankHistogram);
        Assert.Equal(
            (inMemory.Scores.FairCrps, inMemory.Scores.EnergyScore, inMemory.Scores.Spread, inMemory.Scores.Skill, inMemory.Scores.PullWidth),
            (onDisk.Scores.FairCrps, onDisk.Scores.EnergyScore, onDisk.Scores.Spread, onDisk.Scores.Skill, onDisk.Scores.PullWidth));
        Assert.Equal(MemberStatistics.StandardDeviation(members), MemberStatistics.StandardDeviation(spool));
    }

    [Fact]
    public void The_energy_score_of_single_points_is_the_CRPS()
    {
        var verification = new EnsembleVerification(3);
        verification.Add([[1], [4], [2]], [3]);
        verification.Add([[7], [4], [5]], [3]);
        Assert.Equal(verification.Scores.FairCrps, verification.Scores.EnergyScore, 14);
    }

    /// <summary>The CRPS of a standard Gaussian, averaged over truths from it, is 1/√π, and fair scores reach it with any number of members.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(16)]
    public void A_perfect_Gaussian_ensemble_has_the_closed_forms(int members)
    {
        const int Points = 40_000;
        var scores = Gaussian(members, Points, spread: 1, bias: 0);
        Assert.Equal(1 / Math.Sqrt(Math.PI), scores.FairCrps, 0.01);
        Assert.Equal(1, scores.SpreadSkill, 0.015);
        Assert.Equal(1, scores.Spread, 0.01);
        if (members > 3)
        {
            Assert.Equal(0, scores.PullMean, 0.03);
            Assert.Equal(scores.ExpectedPullWidth, scores.PullWidth, 0.03);
        }

        // χ² of M degrees of freedom: its 99.9 % quantile is below M + 4√(2M) + 7 here, and the seed is fixed.
        var expected = Points / (members + 1.0);
        var chiSquare = scores.RankHistogram.Sum(count => (count - expected) * (count - expected) / expected);
        Assert.InRange(chiSquare, 0, members + (4 * Math.Sqrt(2.0 * members)) + 7);
        Assert.All(scores.Coverage, coverage => Assert.Equal(coverage.Expected, coverage.Measured, 0.01));
    }

    /// <summary>
    /// Members N(0, s²), truth N(0, 1): spread s, skill √(1 + s²/M), and the fair CRPS is E|X − Y| − ½E|X − X'| =
    /// √(2(1 + s²)/π) − s/√π.
    /// </summary>
    [Fact]
    public void An_over_confident_ensemble_is_caught_by_every_number()
    {
        const double S = 0.5;
        var scores = Gaussian(8, 40_000, S, bias: 0);
        Assert.Equal(S, scores.Spread, 0.005);
        Assert.Equal(Math.Sqrt(9 / 8.0) * S / Math.Sqrt(1 + (S * S / 8)), scores.SpreadSkill, 0.01);
        Assert.Equal(Math.Sqrt(2 * (1 + (S * S)) / Math.PI) - (S / Math.Sqrt(Math.PI)), scores.FairCrps, 0.01);
        Assert.Equal(Math.Sqrt((1 + (S * S / 8)) / (S * S * 9 / 8)), scores.PullWidth / scores.ExpectedPullWidth, 0.03);
        Assert.InRange(scores.ReliabilityIndex, 0.3, 1);
        Assert.True(scores.RankHistogram[0] > 2 * scores.RankHistogram[4] && scores.RankHistogram[8] > 2 * scores.RankHistogram[4]);
        Assert.All(scores.Coverage, coverage => Assert.InRange(coverage.Measured, 0, coverage.Expected - 0.15));
    }

    [Fact]
    public void A_bias_is_the_mean_of_the_pull()
    {
        // (y − mean)/std with y ~ N(1, 1): E[1/std] of 8 draws is √(7/2) Γ(3)/Γ(3.5) = 1.126.
        var scores = Gaussian(8, 40_000, spread: 1, bias: 1);
        Assert.Equal(Math.Sqrt(3.5) * 2 / 3.3233509704478426, scores.PullMean, 0.02);
    }

    [Theory]
    [InlineData(5, 1.549193338482967)]
    [InlineData(8, 1.2549900398011133)]
    public void The_expected_pull_width_is_that_of_Students_t(int members, double width) =>
        Assert.Equal(width, Scores(Enumerable.Range(0, members).Select(m => new[] { (float)m }).ToArray(), [0]).ExpectedPullWidth, 12);

    [Fact]
    public void Points_with_a_missing_value_are_masked()
    {
        var scores = Scores([[0, float.NaN, 1, 5], [2, 1, 1, 1]], [3, 1, float.NaN, 4]);
        Assert.Equal((2L, 2L), (scores.Points, scores.Masked));
        Assert.Equal(0.5, scores.FairCrps, 14);
        Assert.Equal(Scores([[0, 5], [2, 1]], [3, 4]).EnergyScore, scores.EnergyScore, 14);
    }

    [Fact]
    public void Points_without_spread_have_no_pull_and_count_in_all_else()
    {
        var scores = Scores([[1, 0], [1, 2]], [2, 1]);
        Assert.Equal((2L, 1L), (scores.Points, scores.WithoutSpread));
        Assert.Equal((0.0, 0.0), (scores.PullMean, scores.PullWidth));
        Assert.Equal(Math.Sqrt(0.5), scores.Skill, 14);
        Assert.Equal(1, Scores([[1], [1]], [2]).RankHistogram[2]);
        Assert.Equal(double.NaN, Scores([[1], [1]], [2]).PullWidth);
        Assert.Equal(0, Scores([[1], [1]], [2]).SpreadSkill);
        Assert.Equal(double.NaN, Scores([[2], [2]], [2]).SpreadSkill);
    }

    [Fact]
    public void Ties_of_truth_and_members_share_their_ranks_evenly_and_reproducibly()
    {
        var land = new float[30_000];
        var scores = Scores([land, land, land], land);
        Assert.All(scores.RankHistogram, count => Assert.InRange(count, 7_200, 7_800));
        Assert.Equal(scores.RankHistogram, Scores([land, land, land], land).RankHistogram);
    }

    [Fact]
    public void Infinite_members_show()
    {
        var scores = Scores([[float.PositiveInfinity], [1]], [0]);
        Assert.Equal((1L, 0L), (scores.Points, scores.Masked));
        Assert.False(double.IsFinite(scores.FairCrps));
    }

    [Fact]
    public void Nothing_added_is_not_a_number()
    {
        var scores = new EnsembleVerification(4).Scores;
        Assert.Equal(0, scores.Points);
        Assert.All(
            new[] { scores.FairCrps, scores.EnergyScore, scores.Spread, scores.Skill, scores.SpreadSkill, scores.PullMean, scores.PullWidth, scores.ReliabilityIndex, scores.Coverage[0].Measured },
            number => Assert.Equal(double.NaN, number));
    }

    [Fact]
    public void Wrong_shapes_are_refused_and_leave_nothing()
    {
        var verification = new EnsembleVerification(2);
        Assert.Throws<ArgumentException>(() => verification.Add([[1]], [1]));
        Assert.Throws<ArgumentException>(() => verification.Add([[1], [1, 2]], [1]));
        Assert.Throws<ArgumentException>(() => verification.Merge(new EnsembleVerification(3)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EnsembleVerification(1));
        Assert.Equal(0, verification.Scores.Points);
    }

    [Fact]
    public void Rows_merged_verifications_and_the_whole_agree() => Prop.ForAll(Cases(), points =>
    {
        var (members, truth) = Fields(points);
        var half = truth.Length / 2;
        var rows = new EnsembleVerification(3);
        rows.Add([.. members.Select(member => member[..half])], truth.AsSpan(0, half));
        var rest = new EnsembleVerification(3);
        rest.Add([.. members.Select(member => member[half..])], truth.AsSpan(half));
        rows.Merge(rest);
        var (whole, pieces) = (Scores(members, truth), rows.Scores);
        return whole.Points == pieces.Points && Close(whole.FairCrps, pieces.FairCrps) && Close(whole.Spread, pieces.Spread)
            && Close(whole.Skill, pieces.Skill) && Close(whole.PullMean, pieces.PullMean) && Close(whole.PullWidth, pieces.PullWidth);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_order_of_members_does_not_matter() => Prop.ForAll(Cases(), points =>
    {
        var (members, truth) = Fields(points);
        return Same(Scores(members, truth), Scores([members[2], members[0], members[1]], truth), 1);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_shift_changes_nothing_and_a_scale_scales() => Prop.ForAll(Cases(), points =>
    {
        var (members, truth) = Fields(points);
        float[] Moved(float[] field) => [.. field.Select(value => (4 * value) + 1000)];
        return Same(Scores(members, truth), Scores([.. members.Select(Moved)], Moved(truth)), 4);
    }).QuickCheckThrowOnFailure();

    private static bool Same(EnsembleScores one, EnsembleScores other, double scale) =>
        one.RankHistogram.SequenceEqual(other.RankHistogram)
        && Close(scale * one.FairCrps, other.FairCrps) && Close(scale * one.EnergyScore, other.EnergyScore)
        && Close(scale * one.Spread, other.Spread) && Close(scale * one.Skill, other.Skill)
        && Close(one.PullMean, other.PullMean) && Close(one.PullWidth, other.PullWidth) && one.WithoutSpread == other.WithoutSpread;

    private static bool Close(double one, double other) =>
        double.IsNaN(one) ? double.IsNaN(other) : Math.Abs(one - other) <= 1e-9 * Math.Max(1, Math.Abs(one));

    // Small integers: exact in float32 after shifts and scales, and often tied.
    private static Arbitrary<(sbyte A, sbyte B, sbyte C, sbyte Truth)[]> Cases() => ArbMap.Default.ArbFor<(sbyte A, sbyte B, sbyte C, sbyte Truth)[]>();

    private static (float[][] Members, float[] Truth) Fields((sbyte A, sbyte B, sbyte C, sbyte Truth)[] points) =>
        ([[.. points.Select(p => (float)p.A)], [.. points.Select(p => (float)p.B)], [.. points.Select(p => (float)p.C)]], [.. points.Select(p => (float)p.Truth)]);

    private static EnsembleScores Scores(float[][] members, float[] truth)
    {
        var verification = new EnsembleVerification(members.Length);
        verification.Add(members, truth);
        return verification.Scores;
    }

    /// <summary>Members N(0, spread²), truths N(bias, 1).</summary>
    private static EnsembleScores Gaussian(int members, int points, double spread, double bias)
    {
        var random = new Random(3407);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        float[] Field(double scale, double mean) => [.. Enumerable.Range(0, points).Select(_ => (float)(mean + (scale * Normal())))];
        return Scores([.. Enumerable.Range(0, members).Select(_ => Field(spread, 0))], Field(1, bias));
    }
}
