using Flex.Evaluation.Figures;

namespace Flex.Evaluation.Tests.Figures;

public class PixelGridTests
{
    [Fact]
    public void Shrinking_averages_by_area() =>
        Assert.Equal([2.5f, 4.5f], PixelGrid.Resample([1, 2, 3, 4, 3, 4, 5, 6], 2, 4, 1, 2));

    [Fact]
    public void Shrinking_by_a_fraction_weighs_the_shared_cell() =>
        Assert.Equal([(1 + (0.5f * 4)) / 1.5f, ((0.5f * 4) + 7) / 1.5f], PixelGrid.Resample([1, 4, 7], 1, 3, 1, 2));

    [Fact]
    public void Enlarging_repeats_cells() =>
        Assert.Equal([1, 1, 2, 2, 1, 1, 2, 2], PixelGrid.Resample([1, 2], 1, 2, 2, 4));

    [Fact]
    public void The_same_size_is_the_same_field()
    {
        var field = Enumerable.Range(0, 35).Select(i => (float)i).ToArray();
        Assert.Equal(field, PixelGrid.Resample(field, 5, 7, 5, 7));
    }

    [Fact]
    public void Masked_cells_lend_no_weight_and_stay_masked_alone()
    {
        Assert.Equal([3f], PixelGrid.Resample([float.NaN, 3], 1, 2, 1, 1));
        Assert.Equal([float.NaN, 3, 3], PixelGrid.Resample([float.NaN, 3, 3], 1, 3, 1, 3));
    }

    [Theory]
    [InlineData(512, 440)]
    [InlineData(97, 560)]
    [InlineData(3, 7)]
    public void A_constant_stays_one_whatever_the_ratio(int size, int pixels)
    {
        var field = new float[size * size];
        Array.Fill(field, 2.5f);
        Assert.All(PixelGrid.Resample(field, size, size, pixels, pixels), pixel => Assert.Equal(2.5f, pixel));
    }
}
