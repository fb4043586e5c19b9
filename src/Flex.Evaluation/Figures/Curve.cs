namespace Flex.Evaluation.Figures;

/// <summary>How a curve is drawn.</summary>
public enum Stroke
{
    /// <summary>A continuous line.</summary>
    Solid,

    /// <summary>A dashed line.</summary>
    Dashed,

    /// <summary>A thin dotted grey line: a reference such as a slope.</summary>
    Reference,

    /// <summary>Columns that stand on zero, one around each abscissa: a histogram.</summary>
    Columns,

    /// <summary>Points without a line.</summary>
    Points,
}

/// <summary>One curve of a plot.</summary>
/// <param name="Label">Its name in the key; empty leaves it out of the key.</param>
/// <param name="X">Abscissae.</param>
/// <param name="Y">Ordinates, as many; NaN interrupts the curve.</param>
/// <param name="Colour">Its colour.</param>
/// <param name="Stroke">Its stroke.</param>
public sealed record Curve(
    string Label, IReadOnlyList<double> X, IReadOnlyList<double> Y, Rgb Colour, Stroke Stroke = Stroke.Solid)
{
    /// <summary>Near-black, for the truth.</summary>
    public static Rgb Ink { get; } = OkLab.FromPolar(0.25, 0, 0).ToRgb();

    /// <summary>Orange, for the baseline.</summary>
    public static Rgb Orange { get; } = OkLab.FromPolar(0.70, 0.150, 58).ToRgb();

    /// <summary>Blue, for the model.</summary>
    public static Rgb Blue { get; } = OkLab.FromPolar(0.55, 0.150, 255).ToRgb();

    /// <summary>Green, for a fourth curve.</summary>
    public static Rgb Green { get; } = OkLab.FromPolar(0.60, 0.120, 155).ToRgb();

    /// <summary>The colour of one of several curves with an order: dark for the first, light for the last.</summary>
    /// <param name="index">Which one, from 0.</param>
    /// <param name="count">How many there are.</param>
    /// <returns>The colour.</returns>
    public static Rgb InOrder(int index, int count) => ColourMap.Lagoon.At(0.12 + (0.68 * index / Math.Max(1, count - 1))).ToRgb();
}
