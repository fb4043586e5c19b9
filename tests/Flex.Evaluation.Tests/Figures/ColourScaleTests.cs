using Flex.Evaluation.Figures;

namespace Flex.Evaluation.Tests.Figures;

public class ColourScaleTests
{
    [Fact]
    public void Signed_fields_are_centred_on_white()
    {
        var scale = ColourScale.Covering([[-3, 1], [2, 0.5f]]);
        Assert.Equal((ColourMap.BlueRed, -3, 3), (scale.Map, scale.Minimum, scale.Maximum));
        Assert.Equal("#ffffff", scale.ColourOf(0).ToString());
    }

    [Fact]
    public void Positive_fields_take_their_own_range()
    {
        var scale = ColourScale.Covering([[3, 1, 2]]);
        Assert.Equal((ColourMap.Lagoon, 1, 3), (scale.Map, scale.Minimum, scale.Maximum));
    }

    [Fact]
    public void A_lone_outlier_does_not_set_the_range()
    {
        var field = Enumerable.Range(0, 10_000).Select(i => (float)Math.Sin(i)).ToArray();
        field[17] = 1000;
        Assert.InRange(ColourScale.Covering([field]).Maximum, 0.99, 1.0);
    }

    [Theory]
    [InlineData(0, -1, 1)]
    [InlineData(4, 2, 6)]
    [InlineData(-4, -6, -2)]
    public void A_constant_field_stands_in_the_middle(float value, double low, double high)
    {
        var scale = ColourScale.Covering([[value, value]]);
        Assert.Equal((low, high), (scale.Minimum, scale.Maximum));
    }

    [Fact]
    public void Missing_values_are_passed_over_and_grey()
    {
        var scale = ColourScale.Covering([[float.NaN, 1, float.PositiveInfinity, 2]]);
        Assert.Equal((1, 2), (scale.Minimum, scale.Maximum));
        Assert.Equal(FieldFigure.MaskedColour, scale.ColourOf(double.NaN));
        Assert.Equal((0, 1), (ColourScale.Covering([[float.NaN]]).Minimum, ColourScale.Covering([]).Maximum));
    }
}
