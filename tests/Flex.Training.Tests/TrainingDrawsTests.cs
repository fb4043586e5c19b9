namespace Flex.Training.Tests;

public sealed class TrainingDrawsTests
{
    [Fact]
    public void StratifiedTimes_HaveOneInEachPart()
    {
        var draws = new TrainingDraws(1, TimeSampling.Stratified);
        var orders = new HashSet<string>();
        for (var step = 0; step < 20; step++)
        {
            var parts = draws.Times(step, 8).Select(t => (int)(t * 8)).ToArray();
            Assert.Equal(Enumerable.Range(0, 8), parts.Order());
            orders.Add(string.Join(' ', parts));
        }

        Assert.True(orders.Count > 15);
    }

    [Fact]
    public void UniformTimes_HaveTheMomentsOfTheirLaw()
    {
        var draws = new TrainingDraws(1, TimeSampling.Uniform);
        var times = Enumerable.Range(0, 2000).SelectMany(step => draws.Times(step, 8)).Select(t => (double)t).ToArray();

        // 16000 draws: four standard errors of mean and of mean square.
        Assert.All(times, t => Assert.InRange(t, 0, 0.99999999));
        Assert.Equal(0.5, times.Average(), 4 * Math.Sqrt(1 / 12.0 / 16000));
        Assert.Equal(1 / 3.0, times.Average(t => t * t), 4 * Math.Sqrt(4 / 45.0 / 16000));
    }

    [Fact]
    public void Noise_DependsOnSampleAndStepNotOnTheBatch()
    {
        var draws = new TrainingDraws(1, TimeSampling.Uniform);
        var (whole, half, other) = (new float[4 * 50], new float[2 * 50], new float[4 * 50]);

        draws.FillNoise(whole, 3, 0, 4);
        draws.FillNoise(half, 3, 2, 2);
        draws.FillNoise(other, 4, 0, 4);

        Assert.Equal(whole[100..], half);
        Assert.NotEqual(whole, other);
        Assert.NotEqual(whole[..50], whole[50..100]);
    }

    [Fact]
    public void Noise_DoesNotDependOnTheThreads()
    {
        var (one, many) = (new float[9 * 50], new float[9 * 50]);

        new TrainingDraws(1, TimeSampling.Uniform).FillNoise(one, 3, 2, 9);
        new TrainingDraws(1, TimeSampling.Uniform, Threads: 4).FillNoise(many, 3, 2, 9);

        Assert.Equal(one, many);
    }

    [Fact]
    public void ValidationTimes_CoverTheIntervalEvenly()
    {
        var times = TrainingDraws.ValidationTimes(0, 32);

        Assert.Equal(times[8..16], TrainingDraws.ValidationTimes(8, 8));
        Assert.All(Enumerable.Range(0, 8), part => Assert.InRange(times.Count(t => (int)(t * 8) == part), 3, 5));
    }

    [Fact]
    public void DropoutSeeds_Differ() =>
        Assert.Equal(1000, Enumerable.Range(0, 1000).Select(batch => new TrainingDraws(1, TimeSampling.Uniform).DropoutSeed(batch)).Distinct().Count());
}
