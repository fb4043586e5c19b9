using Flex.Fields.Resampling;

namespace Flex.Fields.Tests.Resampling;

public sealed class NeighbourFillTests
{
    private const float Gap = float.NaN;

    [Fact]
    public void A_hole_gets_the_mean_of_the_neighbours_there_are()
    {
        float[] values = [1, 2, 3, 4, Gap, 6, 7, 8, 15];
        Assert.Equal([false, false, false, false, true, false, false, false, false], NeighbourFill.Fill(values, 3, 3, false, false)!);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 15], values);
    }

    [Theory]
    [InlineData(false, 2f)]
    [InlineData(true, 5f)]
    public void A_periodic_axis_has_neighbours_around_the_edge(bool periodic, float expected)
    {
        float[] values = [Gap, 2, 0, 8];
        NeighbourFill.Fill(values, 1, 4, false, periodic);
        Assert.Equal(expected, values[0]);
    }

    /// <summary>The second layer sees the first one complete, from both sides.</summary>
    [Fact]
    public void Layers_are_filled_one_after_the_other()
    {
        float[] values = [1, Gap, float.PositiveInfinity, Gap, 5];
        NeighbourFill.Fill(values, 1, 5, false, false);
        Assert.Equal([1, 1, 3, 5, 5], values);
    }

    [Fact]
    public void Nothing_is_made_of_nothing() => Assert.Null(NeighbourFill.Fill([Gap, Gap], 1, 2, true, true));
}
