using Flex.Evaluation.Figures;
using Flex.IO;

namespace Flex.Evaluation.Tests.Figures;

public class FieldImageTests
{
    [Fact]
    public void The_first_row_is_at_the_bottom_and_gaps_have_a_colour_of_their_own()
    {
        float[] field = [-1, 0, 1, float.NaN, 5, -5];
        var picture = PngDecoder.Decode(FieldImage.Draw(field, 3, 2, new ColourScale(ColourMap.BlueRed, -1, 1)));
        Assert.Equal((2, 3), (picture.Width, picture.Height));
        Assert.Equal([126, 0, 126, 127, 0, 63], picture.Pixels);
    }

    [Fact]
    public void A_bar_runs_through_all_colours()
    {
        var png = FieldImage.Bar(ColourMap.BlueRed);
        Assert.Equal([.. Enumerable.Range(0, 127).Select(i => (byte)i)], PngDecoder.Decode(png).Pixels);
        var palette = png.AsSpan(png.AsSpan().IndexOf("PLTE"u8) + 4, 3 * 128);
        Assert.Equal([255, 255, 255], palette.Slice(3 * 63, 3).ToArray());
        Assert.Equal(FieldFigure.MaskedColour, new Rgb(palette[^3], palette[^2], palette[^1]));
    }
}
