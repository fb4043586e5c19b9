using Flex.IO;

namespace Flex.Evaluation.Figures;

/// <summary>Draws a field as a bare picture, for pages that set the words themselves.</summary>
public static class FieldImage
{
    // An odd number keeps the white of a diverging map; the eye tells no more apart and a finer ramp deflates worse.
    private const int Shades = 127;
    private const byte Masked = Shades;

    /// <summary>Draws a field.</summary>
    /// <param name="pixels">Row-major (height, width), first row at the bottom; NaN is drawn grey.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="scale">Its colours.</param>
    /// <returns>The content of a PNG file.</returns>
    public static byte[] Draw(ReadOnlySpan<float> pixels, int height, int width, ColourScale scale)
    {
        ArgumentNullException.ThrowIfNull(scale);
        var indices = new byte[height * width];
        for (var row = 0; row < height; row++)
        {
            for (var column = 0; column < width; column++)
            {
                indices[((height - 1 - row) * width) + column] = Index(pixels[(row * width) + column], scale);
            }
        }

        return Png.EncodeIndexed(indices, Palette(scale.Map), width, height);
    }

    /// <summary>The colours from the lowest value at the left to the highest at the right.</summary>
    /// <param name="map">The colours.</param>
    /// <returns>The content of a PNG file.</returns>
    public static byte[] Bar(ColourMap map) =>
        Png.EncodeIndexed([.. Enumerable.Range(0, Shades).Select(i => (byte)i)], Palette(map), Shades, 1);

    private static byte Index(float value, ColourScale scale) => float.IsNaN(value)
        ? Masked
        : (byte)Math.Round(Math.Clamp((value - scale.Minimum) / (scale.Maximum - scale.Minimum), 0, 1) * (Shades - 1));

    private static byte[] Palette(ColourMap map) =>
    [
        .. Enumerable.Range(0, Shades).Select(i => map.At((double)i / (Shades - 1)).ToRgb()).Append(FieldFigure.MaskedColour)
            .SelectMany(colour => new[] { colour.Red, colour.Green, colour.Blue }),
    ];
}
