using Flex.Diffusion.Calibration;

namespace Flex.Diffusion.Tests.Calibration;

public sealed class OctaveBandsTests
{
    [Theory]
    [InlineData(16, 4)]
    [InlineData(24, 4)]
    [InlineData(64, 6)]
    public void Every_wave_is_shared_between_two_neighbours(int patch, int bands)
    {
        Assert.Equal(bands, OctaveBands.Count(patch));
        foreach (var row in OctaveBands.Membership(patch).Chunk(bands))
        {
            Assert.Equal(1, row.Sum(), 1e-6);
            var used = Enumerable.Range(0, bands).Where(b => row[b] > 0).ToList();
            Assert.True(used is [_] || (used is [var first, var second] && second == first + 1));
        }
    }

    [Fact]
    public void Powers_of_two_are_the_centres()
    {
        var membership = OctaveBands.Membership(16);
        float[] Of(int y, int x) => membership[(((y * 16) + x) * 4)..(((y * 16) + x + 1) * 4)];
        Assert.Equal([1, 0, 0, 0], Of(0, 0));
        Assert.Equal([1, 0, 0, 0], Of(2, 0));
        Assert.Equal([0, 1, 0, 0], Of(0, 4));
        Assert.Equal([0, 0, 1, 0], Of(8, 0));
        Assert.Equal([0, 0, 0, 1], Of(15, 15));
        Assert.Equal(0.5, Of(4, 4)[1], 1e-6); // √32 half waves lie midway between 4 and 8
    }
}
