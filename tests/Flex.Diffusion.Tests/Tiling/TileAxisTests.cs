using Flex.Diffusion.Tiling;
using FsCheck;
using FsCheck.Fluent;

namespace Flex.Diffusion.Tests.Tiling;

public sealed class TileAxisTests
{
    private static readonly Arbitrary<(int Nodes, int TileNodes, int Overlap, int Factor, bool Periodic)> Cases = (
        from factor in Gen.Choose(1, 5)
        from nodes in Gen.Choose(1, 60)
        from tileNodes in Gen.Choose(1, 16)
        from overlap in Gen.Choose(0, (tileNodes - 1) * factor)
        from periodic in Gen.Elements(true, false)
        select (nodes, tileNodes, overlap, factor, periodic)).ToArbitrary();

    [Fact]
    public void Weights_over_a_cell_sum_to_exactly_one_and_none_is_negative() => ForAll(axis =>
    {
        var sums = new float[axis.Length];
        for (var tile = 0; tile < axis.Count; tile++)
        {
            for (var p = 0; p < axis.Tile; p++)
            {
                Assert.True(axis.WeightsOf(tile)[p] >= 0);
                if (axis.CellsOf(tile)[p] != TileAxis.Outside)
                {
                    sums[axis.CellsOf(tile)[p]] += axis.WeightsOf(tile)[p];
                }
            }
        }

        Assert.All(sums, sum => Assert.Equal(1f, sum));
    });

    [Fact]
    public void Tiles_begin_at_coarse_points_and_overlap_as_asked() => Prop.ForAll(Cases, c =>
    {
        var axis = Cut(c);
        Assert.All(axis.Origins, origin => Assert.Equal(0, origin % c.Factor));
        var ends = axis.Periodic ? axis.Origins.Skip(1).Append(axis.Length) : axis.Origins.Skip(1);
        Assert.All(axis.Origins.Zip(ends), pair => Assert.True(pair.First + axis.Tile - pair.Second >= c.Overlap));
        if (!axis.Periodic && axis.Length >= axis.Tile)
        {
            Assert.Equal(axis.Length, axis.Origins[^1] + axis.Tile);
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Bands_partition_the_axis_and_know_their_tiles() => ForAll(axis =>
    {
        var next = 0;
        foreach (var (start, end, tiles) in axis.Bands())
        {
            Assert.Equal(next, start);
            next = end;
            for (var tile = 0; tile < axis.Count; tile++)
            {
                var covers = axis.CellsOf(tile).ToArray().Any(cell => cell >= start && cell < end);
                Assert.Equal(covers, tiles.Contains(tile));
            }
        }

        Assert.Equal(axis.Length, next);
    });

    /// <summary>Tiles that disagree by 2 everywhere are joined without a step: no cell differs from the next by more than the smooth ramp does.</summary>
    [Theory]
    [InlineData(64, 32, 0.1)]
    [InlineData(64, 24, 0.17)]
    [InlineData(64, 16, 0.26)]
    public void Tiles_that_disagree_are_joined_without_a_step(int tile, int overlap, double largest)
    {
        var axis = new TileAxis(512, tile, overlap, 4, periodic: true);
        Assert.InRange(Step(axis), 0.01, largest);
        Assert.Equal(2, Step(new TileAxis(512, tile, 0, 4, periodic: true)), 1e-6);

        static double Step(TileAxis axis)
        {
            var blended = new double[axis.Length];
            for (var t = 0; t < axis.Count; t++)
            {
                for (var p = 0; p < axis.Tile; p++)
                {
                    blended[axis.CellsOf(t)[p]] += axis.WeightsOf(t)[p] * (t % 2 == 0 ? 1 : -1);
                }
            }

            return Enumerable.Range(0, axis.Length).Max(x => Math.Abs(blended[(x + 1) % axis.Length] - blended[x]));
        }
    }

    [Fact]
    public void A_periodic_axis_wraps_and_another_ends_flush()
    {
        Assert.Equal([0, 8, 16, 24], new TileAxis(32, 16, 8, 4, periodic: true).Origins);
        Assert.Equal([0, 8, 16], new TileAxis(32, 16, 8, 4, periodic: false).Origins);
        Assert.Equal(3, new TileAxis(32, 16, 8, 4, periodic: true).CellsOf(3)[11]);
        Assert.Equal([0], new TileAxis(12, 16, 8, 4, periodic: false).Origins);
        Assert.Equal(TileAxis.Outside, new TileAxis(12, 16, 8, 4, periodic: false).CellsOf(0)[12]);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(13)]
    public void An_impossible_overlap_is_bad_input(int overlap) =>
        Assert.Throws<InputException>(() => new TileAxis(32, 16, overlap, 4, periodic: true));

    private static void ForAll(Action<TileAxis> check) => Prop.ForAll(Cases, c => check(Cut(c))).QuickCheckThrowOnFailure();

    private static TileAxis Cut((int Nodes, int TileNodes, int Overlap, int Factor, bool Periodic) c) =>
        new(c.Nodes * c.Factor, c.TileNodes * c.Factor, c.Overlap, c.Factor, c.Periodic);
}
