namespace Flex.Evaluation.Figures;

/// <summary>
/// A colour in OKLab (B. Ottosson 2020, "A perceptual color space for image processing"): equal Euclidean distances
/// look about equally different, and lightness alone decides how a grey copy looks.
/// </summary>
/// <param name="L">Lightness, 0 (black) to 1 (white).</param>
/// <param name="A">Green (negative) to red (positive), about ±0.4.</param>
/// <param name="B">Blue (negative) to yellow (positive), about ±0.4.</param>
public readonly record struct OkLab(double L, double A, double B)
{
    /// <summary>A colour from its polar form.</summary>
    /// <param name="lightness">0 to 1.</param>
    /// <param name="chroma">Distance from grey, 0 to about 0.32.</param>
    /// <param name="hue">Angle in degrees: 30 red, 90 yellow, 145 green, 260 blue.</param>
    /// <returns>The colour.</returns>
    public static OkLab FromPolar(double lightness, double chroma, double hue)
    {
        var (sine, cosine) = Math.SinCos(double.DegreesToRadians(hue));
        return new OkLab(lightness, chroma * cosine, chroma * sine);
    }

    /// <summary>How different two colours look.</summary>
    /// <param name="other">The other colour.</param>
    /// <returns>The Euclidean distance; about 0.02 is just noticeable.</returns>
    public double DistanceTo(OkLab other) =>
        Math.Sqrt(Math.Pow(L - other.L, 2) + Math.Pow(A - other.A, 2) + Math.Pow(B - other.B, 2));

    /// <summary>The colour in linear-light sRGB; outside 0…1 when a screen cannot show it.</summary>
    /// <returns>Red, green and blue.</returns>
    public (double Red, double Green, double Blue) ToLinearRgb()
    {
        var l = Math.Pow(L + 0.3963377774 * A + 0.2158037573 * B, 3);
        var m = Math.Pow(L - 0.1055613458 * A - 0.0638541728 * B, 3);
        var s = Math.Pow(L - 0.0894841775 * A - 1.2914855480 * B, 3);
        return (
            4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
            -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
            -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s);
    }

    /// <summary>The nearest 8-bit sRGB colour (IEC 61966-2-1), channels clipped to the range of a screen.</summary>
    /// <returns>The colour.</returns>
    public Rgb ToRgb()
    {
        var (red, green, blue) = ToLinearRgb();
        return new Rgb(Encode(red), Encode(green), Encode(blue));
    }

    private static byte Encode(double linear)
    {
        var x = Math.Clamp(linear, 0, 1);
        var encoded = x <= 0.0031308 ? 12.92 * x : 1.055 * Math.Pow(x, 1 / 2.4) - 0.055;
        return (byte)Math.Round(255 * encoded);
    }
}

/// <summary>An 8-bit sRGB colour.</summary>
/// <param name="Red">0 to 255.</param>
/// <param name="Green">0 to 255.</param>
/// <param name="Blue">0 to 255.</param>
public readonly record struct Rgb(byte Red, byte Green, byte Blue)
{
    /// <summary>The form that gnuplot, SVG and CSS read.</summary>
    /// <returns><c>#rrggbb</c>.</returns>
    public override string ToString() => $"#{Red:x2}{Green:x2}{Blue:x2}";
}
