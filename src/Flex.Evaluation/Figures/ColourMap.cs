namespace Flex.Evaluation.Figures;

/// <summary>
/// A map from 0…1 to colours in which equal steps look equally large. A few control points are joined in OKLab and
/// the curve is walked at constant perceptual speed, so the picture shows the data and not the map.
/// </summary>
public sealed class ColourMap
{
    private const int Resolution = 1024;
    private readonly OkLab[] _colours;

    private ColourMap(string name, bool isDiverging, OkLab[] colours)
    {
        Name = name;
        IsDiverging = isDiverging;
        _colours = colours;
    }

    /// <summary>Blue, white at the middle, red: for signed fields such as vorticity.</summary>
    public static ColourMap BlueRed { get; } = Diverging(
        "bluered",
        [OkLab.FromPolar(0.28, 0.095, 262), OkLab.FromPolar(0.52, 0.145, 254), OkLab.FromPolar(0.80, 0.085, 236)],
        OkLab.FromPolar(1, 0, 0),
        [OkLab.FromPolar(0.80, 0.100, 58), OkLab.FromPolar(0.52, 0.160, 32), OkLab.FromPolar(0.28, 0.095, 22)]);

    /// <summary>Purple, white at the middle, green: signed fields, when blue and red are taken.</summary>
    public static ColourMap PurpleGreen { get; } = Diverging(
        "purplegreen",
        [OkLab.FromPolar(0.30, 0.130, 310), OkLab.FromPolar(0.55, 0.150, 312), OkLab.FromPolar(0.80, 0.080, 314)],
        OkLab.FromPolar(1, 0, 0),
        [OkLab.FromPolar(0.80, 0.100, 148), OkLab.FromPolar(0.55, 0.120, 154), OkLab.FromPolar(0.30, 0.065, 160)]);

    /// <summary>Night blue over teal to pale yellow: positive fields such as energy.</summary>
    public static ColourMap Lagoon { get; } = Sequential(
        "lagoon",
        OkLab.FromPolar(0.20, 0.070, 285),
        OkLab.FromPolar(0.38, 0.090, 255),
        OkLab.FromPolar(0.57, 0.095, 205),
        OkLab.FromPolar(0.77, 0.120, 155),
        OkLab.FromPolar(0.97, 0.070, 105));

    /// <summary>Black over red and orange to cream: magnitudes of errors.</summary>
    public static ColourMap Ember { get; } = Sequential(
        "ember",
        OkLab.FromPolar(0.14, 0.015, 320),
        OkLab.FromPolar(0.34, 0.110, 350),
        OkLab.FromPolar(0.57, 0.180, 25),
        OkLab.FromPolar(0.77, 0.140, 65),
        OkLab.FromPolar(0.97, 0.050, 100));

    /// <summary>Black to white.</summary>
    public static ColourMap Grey { get; } = Sequential("grey", OkLab.FromPolar(0, 0, 0), OkLab.FromPolar(1, 0, 0));

    /// <summary>Every map, diverging ones first.</summary>
    public static IReadOnlyList<ColourMap> All { get; } = [BlueRed, PurpleGreen, Lagoon, Ember, Grey];

    /// <summary>The word that names the map on the command line.</summary>
    public string Name { get; }

    /// <summary>Whether the middle is a neutral white that should stand at zero.</summary>
    public bool IsDiverging { get; }

    /// <summary>Finds a map by its name.</summary>
    /// <param name="name">One of the names in <see cref="All"/>.</param>
    /// <returns>The map.</returns>
    /// <exception cref="InputException">There is no such map.</exception>
    public static ColourMap Named(string name) =>
        All.FirstOrDefault(map => map.Name == name)
        ?? throw new InputException(
            $"unknown colour map '{name}': choose one of {string.Join(", ", All.Select(map => map.Name))}");

    /// <summary>The colour at a position; positions outside 0…1 take the colour of the nearer end.</summary>
    /// <param name="position">0 to 1.</param>
    /// <returns>The colour in OKLab.</returns>
    public OkLab At(double position)
    {
        var x = Math.Clamp(position, 0, 1) * (_colours.Length - 1);
        var i = Math.Min((int)x, _colours.Length - 2);
        return Mix(_colours[i], _colours[i + 1], x - i);
    }

    private static ColourMap Sequential(string name, params OkLab[] points) =>
        new(name, isDiverging: false, Walk(points));

    private static ColourMap Diverging(string name, OkLab[] left, OkLab middle, OkLab[] right)
    {
        // The arms are walked apart, so that white stands exactly in the middle however long each arm is.
        var lower = Walk([.. left, middle]);
        var upper = Walk([middle, .. right]);
        return new ColourMap(name, isDiverging: true, [.. lower, .. upper[1..]]);
    }

    /// <summary>Samples a smooth curve through the points at equal distances along it.</summary>
    private static OkLab[] Walk(OkLab[] points)
    {
        var curve = new OkLab[(4 * Resolution) + 1];
        var length = new double[curve.Length];
        for (var i = 0; i < curve.Length; i++)
        {
            curve[i] = Curve(points, (points.Length - 1) * (double)i / (curve.Length - 1));
            length[i] = i == 0 ? 0 : length[i - 1] + curve[i - 1].DistanceTo(curve[i]);
        }

        var colours = new OkLab[Resolution + 1];
        for (int i = 0, j = 0; i <= Resolution; i++)
        {
            var target = length[^1] * i / Resolution;
            while (j < curve.Length - 2 && length[j + 1] < target)
            {
                j++;
            }

            colours[i] = Mix(curve[j], curve[j + 1], (target - length[j]) / (length[j + 1] - length[j]));
        }

        return colours;
    }

    /// <summary>The Catmull–Rom spline through the points; the ends are continued straight.</summary>
    private static OkLab Curve(OkLab[] points, double x)
    {
        var i = Math.Min((int)x, points.Length - 2);
        var (p1, p2) = (points[i], points[i + 1]);
        var p0 = i > 0 ? points[i - 1] : Mix(p1, p2, -1);
        var p3 = i + 2 < points.Length ? points[i + 2] : Mix(p1, p2, 2);
        var t = x - i;
        return new OkLab(
            Spline(p0.L, p1.L, p2.L, p3.L, t), Spline(p0.A, p1.A, p2.A, p3.A, t), Spline(p0.B, p1.B, p2.B, p3.B, t));
    }

    private static double Spline(double p0, double p1, double p2, double p3, double t) =>
        p1 + (0.5 * t * (p2 - p0 + (t * ((2 * p0) - (5 * p1) + (4 * p2) - p3 + (t * ((3 * (p1 - p2)) + p3 - p0))))));

    private static OkLab Mix(OkLab from, OkLab to, double t) =>
        new(from.L + (t * (to.L - from.L)), from.A + (t * (to.A - from.A)), from.B + (t * (to.B - from.B)));
}
