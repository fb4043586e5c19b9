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
            _ when name.StartsWith(Climatology, StringComparison.Ordinal) => Baseline.Climatology(Means(name, variable, channel)),
            _ => throw new InputException($"--baselines {text}: '{name}' is no baseline; choose of {Bilinear}, {Climatology}FILES"),
        };
    }

    /// <summary>Reads the option for forecasts.</summary>
    /// <param name="text"><c>climatology:FILES</c>, or null.</param>
    /// <param name="variable">The variables of the channels whose climatology is taken.</param>
    /// <param name="channel">The channel of a variable whose name does not say one.</param>
    /// <returns>The climatology, or null.</returns>
    /// <exception cref="InputException">Another baseline is named, or the climatology's files cannot be used.</exception>
    public static MonthlyClimatology? ParseClimatology(string? text, string variable, int channel) =>
        text is null || text.StartsWith(Climatology, StringComparison.Ordinal)
            ? text is null ? null : Means(text, variable, channel)
            : throw new InputException($"--baselines {text}: forecasts are judged against persistence, and against {Climatology}FILES where that is asked for");

    private static MonthlyClimatology Means(string name, string variable, int channel) =>
        MonthlyClimatology.Of(FilePatterns.Find([name[Climatology.Length..]], "."), variable, channel);
}
