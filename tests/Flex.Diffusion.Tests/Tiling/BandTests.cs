using Flex.Diffusion.Tiling;

namespace Flex.Diffusion.Tests.Tiling;

public sealed class BandTests
{
    private static readonly Band _band = new(4, 2, [[1, 2, 3, 4, 5, 6]]);

    [Theory]
    [InlineData(6, 3, new float[] { 1, 2, 3, 4, 5, 6 })]
    [InlineData(9, 2, new float[] { 1, 2, 4, 5 })]
    [InlineData(5, 3, new float[] { 1, 2, 3 })]
    [InlineData(5, 1, new float[] { 1 })]
    public void What_lies_beyond_the_grid_is_dropped(int height, int width, float[] left)
    {
        var cropped = _band.Crop(height, width);
        Assert.Equal((4, Math.Min(2, height - 4)), (cropped.Y, cropped.Rows));
        Assert.Equal(left, Assert.Single(cropped.Members));
    }
}
