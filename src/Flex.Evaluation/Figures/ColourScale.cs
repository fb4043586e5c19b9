namespace Flex.Evaluation.Figures;

/// <summary>Which value gets which colour: a map and the values at its two ends.</summary>
/// <param name="Map">The colours.</param>
/// <param name="Minimum">The value of the first colour, in the unit of the field.</param>
/// <param name="Maximum">The value of the last colour; above <paramref name="Minimum"/>.</param>
public sealed record ColourScale(ColourMap Map, double Minimum, double Maximum)
{
    /// <summary>
    /// The share of the points that the range covers: a few extreme points must not wash out all the others, and
    /// they still take the end colours.
    /// </summary>
    public const double Coverage = 0.998;

    /// <summary>One scale for several fields, so that equal colours mean equal values across panels.</summary>
    /// <param name="fields">The values; NaN and infinities are passed over.</param>
    /// <param name="map">
    /// The colours; null takes a diverging map for fields with both signs and a sequential one otherwise. A
    /// diverging map is centred at zero.
    /// </param>
    /// <returns>The scale.</returns>
    public static ColourScale Covering(IEnumerable<float[]> fields, ColourMap? map = null)
    {
        var values = fields.SelectMany(field => field).Where(float.IsFinite).ToArray();
        if (values.Length == 0)
        {
            return new ColourScale(map ?? ColourMap.Lagoon, 0, 1);
        }

        map ??= values.Min() < 0 && values.Max() > 0 ? ColourMap.BlueRed : ColourMap.Lagoon;
        if (map.IsDiverging)
        {
            var bound = Quantile([.. values.Select(Math.Abs)], Coverage);
            return bound > 0 ? new ColourScale(map, -bound, bound) : new ColourScale(map, -1, 1);
        }

        var tail = (1 - Coverage) / 2;
        var (low, high) = (Quantile(values, tail), Quantile(values, 1 - tail));
        if (low < high)
        {
            return new ColourScale(map, low, high);
        }

        var margin = low == 0 ? 1 : Math.Abs(low) / 2;
        return new ColourScale(map, low - margin, low + margin);
    }

    /// <summary>The colour of a value.</summary>
    /// <param name="value">In the unit of the field; NaN is the colour of <see cref="FieldFigure.MaskedColour"/>.</param>
    /// <returns>The colour.</returns>
    public Rgb ColourOf(double value) => double.IsNaN(value)
        ? FieldFigure.MaskedColour
        : Map.At((value - Minimum) / (Maximum - Minimum)).ToRgb();

    private static double Quantile(float[] values, double share)
    {
        Array.Sort(values);
        return values[(int)Math.Round(share * (values.Length - 1))];
    }
}
