using Flex.Cli.Info;
using FsCheck;
using FsCheck.Fluent;

namespace Flex.Cli.Tests;

public class BlocksTests
{
    [Fact]
    public void Cuts_the_slowest_dimension_that_does_not_fit()
    {
        var blocks = Blocks.Of([2, 3, 4], limit: 9).Select(block => (string.Join(",", block.Start), string.Join(",", block.Count)));
        Assert.Equal([("0,0,0", "1,2,4"), ("0,2,0", "1,1,4"), ("1,0,0", "1,2,4"), ("1,2,0", "1,1,4")], blocks);
    }

    [Fact]
    public void A_scalar_is_one_block_and_an_empty_array_none()
    {
        Assert.Single(Blocks.Of([], limit: 1));
        Assert.Empty(Blocks.Of([3, 0, 2], limit: 10));
    }

    [Fact]
    public void Blocks_stay_within_the_limit_and_cover_every_element_once()
    {
        var cases =
            from shape in Gen.Choose(1, 5).Select(n => (long)n).ArrayOf()
            where shape.Length <= 5
            from limit in Gen.Choose(1, 50)
            select (shape, limit);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var blocks = Blocks.Of(c.shape, c.limit).ToList();
            Assert.All(blocks, block => Assert.InRange(Product(block.Count), 1, c.limit));
            var covered = blocks.SelectMany(block => Elements(c.shape, block.Start, block.Count)).ToList();
            Assert.Equal(Enumerable.Range(0, (int)Product(c.shape)).Select(i => (long)i), covered);
        }).QuickCheckThrowOnFailure();
    }

    private static long Product(long[] sizes) => sizes.Aggregate(1L, (product, size) => product * size);

    // Flat indices of a block's elements.
    private static IEnumerable<long> Elements(long[] shape, long[] start, long[] count)
    {
        IEnumerable<long> flat = [0];
        for (var axis = 0; axis < shape.Length; axis++)
        {
            var (first, length, size) = (start[axis], count[axis], shape[axis]);
            flat = flat.SelectMany(outer => Enumerable.Range(0, (int)length).Select(i => (outer * size) + first + i)).ToList();
        }

        return flat;
    }
}
