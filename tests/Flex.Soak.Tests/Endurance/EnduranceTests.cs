using System.Globalization;

namespace Flex.Soak.Tests.Endurance;

/// <summary>A long training holds as much at its end as after its beginning, and is as fast.</summary>
/// <remarks>It looks at its own process, in which tests run one after the other.</remarks>
public sealed class EnduranceTests
{
    // Memory has room for the managed heap, which breathes.
    private const double MemoryTolerance = 1.03, CostTolerance = 1.05;

    [Fact]
    [Trait("Category", "Slow")]
    public void A_training_of_a_minute_keeps_no_tensors_files_or_threads() => Check(TimeSpan.FromMinutes(1), every: 4);

    [Fact]
    [Trait("Category", "Soak")]
    public void A_training_of_two_hours_holds_no_more_at_its_end_and_is_as_fast()
    {
        var minutes = Environment.GetEnvironmentVariable("FLEX_ENDURANCE_MINUTES") is { Length: > 0 } text ? double.Parse(text, CultureInfo.InvariantCulture) : 120;
        var run = Check(TimeSpan.FromMinutes(minutes), every: 50);
        AssertFlat(run, "MiB", r => r.Resident, MemoryTolerance, 16);
        var (before, after) = (run.Cost(1), run.Cost(3));
        Assert.True(after <= before * CostTolerance, $"from {before:0.0000} to {after:0.0000} processor seconds for a sample");
    }

    private static EnduranceRun Check(TimeSpan duration, int every)
    {
        var run = new EnduranceRun(duration, every);
        run.Watch();
        AssertFlat(run, "tensors", r => r.Tensors, 1, 0);
        AssertFlat(run, "descriptors", r => r.Descriptors, 1, 2);
        AssertFlat(run, "threads", r => r.Threads, 1, 2);
        return run;
    }

    private static void AssertFlat(EnduranceRun run, string unit, Func<ProcessReading, double> of, double factor, double slack)
    {
        var (before, after) = (run.Median(1, of), run.Median(3, of));
        Assert.True(after <= (before * factor) + slack, $"from {before:0} to {after:0} {unit}");
    }
}
