using Flex.Torch;

namespace Flex.Diffusion.Tests;

public sealed class NoiseScheduleTests
{
    [Theory]
    [InlineData(0.0)]
    [InlineData(0.25)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(1.0)]
    public void WithoutShift_IsNearlyACircle(double t)
    {
        var schedule = new NoiseSchedule();
        Assert.Equal(Math.Cos(Math.PI * t / 2), schedule.Alpha(t), 1e-4);
        Assert.Equal(Math.Sin(Math.PI * t / 2), schedule.Sigma(t), 1e-4);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(0.5)]
    public void Variance_IsPreserved(double shift)
    {
        var schedule = new NoiseSchedule(shift);
        for (var t = 0.0; t <= 1; t += 0.125)
        {
            Assert.Equal(1, Math.Pow(schedule.Alpha(t), 2) + Math.Pow(schedule.Sigma(t), 2), 12);
        }
    }

    [Fact]
    public void LogSnr_RunsFromMaximumToMinimum()
    {
        var schedule = new NoiseSchedule();
        Assert.Equal(20, schedule.LogSnr(0), 9);
        Assert.Equal(-20, schedule.LogSnr(1), 9);
        Assert.Equal(0, schedule.LogSnr(0.5), 9);
    }

    [Fact]
    public void Shift_LowersTheLogSnrByTwiceItsLogarithm()
    {
        var (plain, shifted) = (new NoiseSchedule(), new NoiseSchedule(4));
        Assert.Equal(plain.LogSnr(0.3) - (2 * Math.Log(4)), shifted.LogSnr(0.3), 12);
    }

    [Fact]
    public void At_GivesOneValueASample()
    {
        using var scope = new TensorScope();
        var schedule = new NoiseSchedule(2);
        var (logSnr, alpha, sigma) = schedule.At(Tensor.From<float>([0.25f, 0.5f], 2));
        Assert.Equal([2, 1, 1, 1], alpha.Shape);
        Assert.Equal((float)schedule.LogSnr(0.25), logSnr.ToArray<float>()[0]);
        Assert.Equal((float)schedule.Alpha(0.5), alpha.ToArray<float>()[1]);
        Assert.Equal((float)schedule.Sigma(0.5), sigma.ToArray<float>()[1]);
    }
}
