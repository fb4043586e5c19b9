namespace Flex.Diffusion.Calibration;

/// <summary>
/// What a field tells of its spread as a whole: the variance of its ensemble is multiplied by e^p(x), where x_0 is the logarithm of what the network's
/// answer is multiplied by (of the strength of the detail that is missing), the others are logarithms of its physical parameters, and p is a polynomial of
/// second degree.
/// </summary>
/// <param name="Level">The constant of p.</param>
/// <param name="Slopes">The coefficients of u_0, u_1, …, u_0², u_0·u_1, …, u_1², …, where u_i runs from −1 to 1 as x_i runs from least to greatest.</param>
/// <param name="Lowest">The least x_i among the fields that it was fitted on; p is not used beyond.</param>
/// <param name="Highest">The greatest x_i, likewise.</param>
public sealed record FieldLaw(double Level, IReadOnlyList<double> Slopes, IReadOnlyList<double> Lowest, IReadOnlyList<double> Highest)
{
    // Parameters are scaled to about 1; asinh is the logarithm of larger ones, of either sign.
    private const double SmallParameter = 0.01;

    /// <summary>x of a field.</summary>
    /// <param name="scales">By channel: what its normalised answer is multiplied by, in units of the field; positive.</param>
    /// <param name="parameters">The physical parameters, scaled.</param>
    /// <returns>x_0, x_1, …</returns>
    public static IReadOnlyList<double> Features(IReadOnlyList<double> scales, IEnumerable<double> parameters) =>
        [scales.Average(Math.Log), .. parameters.Select(p => Math.Asinh(p / SmallParameter))];

    /// <summary>The logarithm of what a field's variance is multiplied by.</summary>
    /// <param name="features">Its x.</param>
    /// <returns>The logarithm.</returns>
    /// <exception cref="InputException">The law is not of such fields.</exception>
    public double At(IReadOnlyList<double> features)
    {
        ArgumentNullException.ThrowIfNull(features);
        return (Lowest.Count, Highest.Count, Slopes.Count) == (features.Count, features.Count, Terms(features.Count)) && Lowest.Zip(Highest).All(range => range.First <= range.Second)
            ? Level + Terms(features, Lowest, Highest).Zip(Slopes, (term, slope) => term * slope).Sum()
            : throw new InputException($"the model's spread correction is not of fields with {features.Count - 1} parameter(s): use another copy of the model");
    }

    /// <summary>How many terms p has besides its constant.</summary>
    /// <param name="features">How many x there are.</param>
    internal static int Terms(int features) => features + (features * (features + 1) / 2);

    /// <summary>The terms.</summary>
    internal static IReadOnlyList<double> Terms(IReadOnlyList<double> features, IReadOnlyList<double> lowest, IReadOnlyList<double> highest)
    {
        double[] u = [.. features.Select((x, i) => lowest[i] < highest[i] ? (2 * (Math.Clamp(x, lowest[i], highest[i]) - lowest[i]) / (highest[i] - lowest[i])) - 1 : 0)];
        return [.. u, .. u.SelectMany((one, i) => u.Skip(i).Select(other => one * other))];
    }
}
