namespace Flex.Training.Tests;

public sealed class LearningRateScheduleTests
{
    private static readonly LearningRateSchedule Schedule = new(Peak: 2, Steps: 110, WarmupSteps: 10, FinalFraction: 0.1);

    [Theory]
    [InlineData(0, 0.2)]
    [InlineData(4, 1)]
    [InlineData(9, 2)]
    [InlineData(10, 2)]
    [InlineData(60, 1.1)]
    [InlineData(110, 0.2)]
    public void At_IsTheClosedForm(long step, double expected) => Assert.Equal(expected, Schedule.At(step), 1e-12);

    [Fact]
    public void At_FallsAfterTheWarmup() =>
        Assert.All(Enumerable.Range(10, 99), step => Assert.True(Schedule.At(step + 1) < Schedule.At(step)));

    [Fact]
    public void At_WithoutWarmupStartsAtThePeak() => Assert.Equal(2, (Schedule with { WarmupSteps = 0 }).At(0));
}
