using Flex.Evaluation.Scores;
using Flex.Fields.DataSets;
using Flex.Fields.Resampling;

namespace Flex.Cli.SuperResolution;

/// <summary>Reads <c>--baselines bilinear,climatology:FILES</c>.</summary>
internal static class BaselineNames
{
    private const string Bilinear = "bilinear";
    private const string Climatology = "climatology:";

    /// <summary>Reads the option.</summary>
    /// <param name="text">Names with commas between them, or null.</param>
    /// <param name="factor">s.</param>
    /// <param name="variable">The variable whose climatology is taken.</param>
    /// <param name="channel">Its channel.</param>
    /// <returns>The baselines.</returns>
    /// <exception cref="InputException">A name is unknown or comes twice, or the climatology's files cannot be used.</exception>
    public static IReadOnlyList<Baseline> Parse(string? text, int factor, string variable, int channel)
    {
        Baseline[] baselines = [.. text?.Split(',').Select(Named) ?? []];
        return baselines.DistinctBy(baseline => baseline.Name).Count() == baselines.Length
            ? baselines
            : throw new InputException($"--baselines {text} names a baseline twice");

        Baseline Named(string name) => name switch
        {
            Bilinear => Baseline.Interpolated(factor, Interpolation.Bilinear),
            _ when name.StartsWith(Climatology, StringComparison.Ordinal) =>
                Baseline.Climatology(MonthlyClimatology.Of(FilePatterns.Find([name[Climatology.Length..]], "."), variable, channel)),
            _ => throw new InputException($"--baselines {text}: '{name}' is no baseline; choose of {Bilinear}, {Climatology}FILES"),
        };
    }
}
