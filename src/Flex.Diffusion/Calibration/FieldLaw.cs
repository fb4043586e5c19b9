namespace Flex.Diffusion.Calibration;

/// <summary>
/// What a field tells of its spread as a whole: the variance of its ensemble is multiplied by e^(<see cref="Level"/> + Σ s_i·x_i), where x_0 is ln of what
/// the network's answer is multiplied by (of the strength of the detail that is missing), and the others are logarithms of its physical parameters.
/// </summary>
/// <param name="Level">The constant.</param>
/// <param name="Slopes">s_i.</param>
/// <param name="Lowest">The least x_i among the fields that it was fitted on; below, it is that of the least.</param>
/// <param name="Highest">The greatest x_i, likewise.</param>
public sealed record FieldLaw(double Level, IReadOnlyList<double> Slopes, IReadOnlyList<double> Lowest, IReadOnlyList<double> Highest)
{
    // Parameters are scaled to about 1; asinh is the logarithm of larger ones, of either sign.
    private const double SmallParameter = 0.01;

    /// <summary>x of a field.</summary>
    /// <param name="scales">By channel: what its normalised answer is multiplied by, in units of the field; positive.</param>
    /// <param name="parameters">The physical parameters, scaled.</param>
    /// <returns>x_0, x_1, …</returns>
    public static IReadOnlyList<double> Features(IReadOnlyList<double> scales, IEnumerable<double> parameters) => [scales.Average(Math.Log), .. parameters.Select(p => Math.Asinh(p / SmallParameter))];

    /// <summary>The logarithm of what a field's variance is multiplied by.</summary>
    /// <param name="features">Its x.</param>
    /// <returns>The logarithm.</returns>
    /// <exception cref="InputException">The law is not of such fields.</exception>
    public double At(IReadOnlyList<double> features)
    {
        ArgumentNullException.ThrowIfNull(features);
        return (Slopes.Count, Lowest.Count, Highest.Count) == (features.Count, features.Count, features.Count) && Lowest.Zip(Highest).All(range => range.First <= range.Second)
            ? Level + features.Select((x, i) => Slopes[i] * Math.Clamp(x, Lowest[i], Highest[i])).Sum()
            : throw new InputException($"the model's spread correction is of fields with {Slopes.Count - 1} parameters, its fields have {features.Count - 1}: use another copy of the model");
    }
}
