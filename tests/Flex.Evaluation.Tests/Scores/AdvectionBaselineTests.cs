using Flex.Diffusion.Tiling;
using Flex.Evaluation.Scores;
using Flex.Fields.Grids;

namespace Flex.Evaluation.Tests.Scores;

public sealed class AdvectionBaselineTests
{
    private const int Size = 32;

    private static float[] Flow(double phase) => [.. Enumerable.Range(0, Size * Size).Select(i =>
        (float)(Math.Sin((Math.Tau * (i / Size) / Size) + phase) + Math.Cos(Math.Tau * 2 * (i % Size) / Size)))];

    [Fact]
    public void It_goes_on_from_its_own_answers()
    {
        var (past, present) = (Flow(0), Flow(0.2));
        var baseline = new AdvectionBaseline(new History([past, present], Size, Size, PeriodicY: true, PeriodicX: true), 0.5);
        for (var step = 0; step < 3; step++)
        {
            var next = Advection.Carry(present, Size, Size, Advection.Trace(past, present, Size, Size, 0.5), Window.Whole(Size, Size));
            Assert.NotEqual(present, next);
            Assert.Equal(next, baseline.Next());
            (past, present) = (present, next);
        }
    }

    [Fact]
    public void A_single_state_is_enough()
    {
        var flow = Flow(0);
        var expected = Advection.Carry(flow, Size, Size, Advection.Trace([], flow, Size, Size, 0.5), Window.Whole(Size, Size));
        Assert.Equal(expected, new AdvectionBaseline(new History([flow], Size, Size, PeriodicY: true, PeriodicX: true), 0.5).Next());
    }
}
