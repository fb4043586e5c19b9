using Flex.Fields.DataSets;
using FsCheck;
using FsCheck.Fluent;

namespace Flex.Fields.Tests.DataSets;

public class PatchAxisTests
{
    [Fact]
    public void Positions_are_all_aligned_windows_inside_the_axis()
    {
        var axes = from align in Gen.Choose(1, 5)
                   from patch in Gen.Choose(1, 20)
                   from more in Gen.Choose(0, 30)
                   select new PatchAxis(patch + more, Periodic: false, patch, align);
        Prop.ForAll(axes.ToArbitrary(), axis =>
        {
            foreach (var flipped in new[] { false, true })
            {
                // Index 0 of the patch is the window's first point, or its last when read backwards.
                var expected = Enumerable.Range(0, axis.Length - axis.Patch + 1)
                    .Where(o => (flipped ? o + axis.Patch - 1 : o) % axis.Align == 0);
                Assert.Equal(expected, Enumerable.Range(0, axis.Count(flipped)).Select(i => axis.Origin(flipped, i)));
            }
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(false, new[] { 0, 4, 8 })]
    [InlineData(true, new[] { -7, -3, 1 })]
    public void A_periodic_axis_has_a_position_at_every_multiple(bool flipped, int[] origins)
    {
        var axis = new PatchAxis(12, Periodic: true, Patch: 8, Align: 4);
        Assert.Equal(origins, Enumerable.Range(0, axis.Count(flipped)).Select(i => axis.Origin(flipped, i)));
    }
}
