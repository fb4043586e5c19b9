using Flex.IO;

namespace Flex.Evaluation.Figures;

/// <summary>The colours of an animation: greys for words and masked points, then fields, then spread.</summary>
/// <param name="fieldScale">The scale of the fields.</param>
/// <param name="spreadScale">The scale of the spread.</param>
internal sealed class AnimationPalette(ColourScale fieldScale, ColourScale spreadScale)
{
    private const int Greys = 32;

    // Few shades deflate well, and an odd number keeps the white of a diverging map.
    private const int FieldShades = 63;
    private const int SpreadShades = 48;

    /// <summary>Red, green and blue of every colour.</summary>
    public byte[] Colours =>
    [
        .. Enumerable.Range(0, Greys).Select(i => (byte)(255 * i / (Greys - 1))).SelectMany(grey => new[] { grey, grey, grey }),
        .. Shades(fieldScale.Map, FieldShades),
        .. Shades(spreadScale.Map, SpreadShades),
    ];

    /// <summary>The indices of a picture in shades of grey.</summary>
    public static byte[] Paper(Picture picture) =>
        [.. Enumerable.Range(0, picture.Width * picture.Height).Select(i => Grey(picture.Pixels[i * picture.Channels]))];

    /// <summary>The index of a value of a field.</summary>
    public byte Field(float value) => Index(fieldScale, value, Greys, FieldShades);

    /// <summary>The index of a value of the spread.</summary>
    public byte Spread(float value) => Index(spreadScale, value, Greys + FieldShades, SpreadShades);

    private static byte Grey(byte level) => (byte)((level * (Greys - 1) + 127) / 255);

    private static byte Index(ColourScale scale, float value, int first, int count) => float.IsNaN(value)
        ? Grey(FieldFigure.MaskedColour.Red)
        : (byte)(first + Math.Round(Math.Clamp((value - scale.Minimum) / (scale.Maximum - scale.Minimum), 0, 1) * (count - 1)));

    private static IEnumerable<byte> Shades(ColourMap map, int count) => Enumerable.Range(0, count)
        .Select(i => map.At((double)i / (count - 1)).ToRgb())
        .SelectMany(colour => new[] { colour.Red, colour.Green, colour.Blue });
}
