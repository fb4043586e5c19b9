using Flex.Fields.Grids;
using Flex.Fields.Resampling;

namespace Flex.Fields.Tests.Resampling;

public class DownsampleTests
{
    [Fact]
    public void Striding_takes_every_third_point_of_an_odd_field()
    {
        var coarse = Downsample.Strided(Ramp(5, 7), 3);
        Assert.Equal([0f, 3, 6, 30, 33, 36], coarse);
    }

    [Theory]
    [InlineData(Interpolation.Bilinear)]
    [InlineData(Interpolation.Bicubic)]
    public void Interpolation_takes_the_centre_of_cells(Interpolation interpolation)
    {
        // A ramp is reproduced half-way between points; the centre of a 4×4 cell lies 1½ points from its corner.
        var coarse = Downsample.Interpolated(Ramp(8, 9), 4, interpolation);
        Assert.Equal([16.5f, 20.5f, 56.5f, 60.5f], coarse);

        // The centre of a 3×3 cell is a point.
        Assert.Equal([11f, 14, 17], Downsample.Interpolated(Ramp(5, 9), 3, interpolation));
    }

    // Centres lie at ½ and 2½, a = −¾: kernel 0.59375 at ½, −0.09375 at 1½.
    [Theory]
    [InlineData(false, 0.59375f - 0.09375f, 0)]
    [InlineData(true, 0.59375f, -0.09375f)]
    public void Bicubic_uses_what_lies_beyond_the_edge(bool periodic, float first, float second)
    {
        var fine = new ArrayField(new float[] { 1, 0, 0, 0, 1, 0, 0, 0 }, 2, 4);
        Assert.Equal([first, second], Downsample.Interpolated(fine, 2, Interpolation.Bicubic, periodicX: periodic));
    }

    // Value 10·y + x at point (y, x).
    private static ArrayField Ramp(int height, int width) =>
        new(Enumerable.Range(0, height * width).Select(i => (float)((10 * (i / width)) + (i % width))).ToArray(), height, width);
}
