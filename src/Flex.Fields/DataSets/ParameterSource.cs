using System.Globalization;
using System.Text.RegularExpressions;
using Flex.Fields.NetCdf;

namespace Flex.Fields.DataSets;

/// <summary>Finds a physical parameter of a file.</summary>
public static class ParameterSource
{
    /// <summary>Reads a parameter.</summary>
    /// <param name="source">A number, a regular expression with a group (on the file's name), or the name of a file attribute.</param>
    /// <param name="file">The file.</param>
    /// <returns>The parameter in its own units, finite.</returns>
    /// <exception cref="InputException">The file has no such attribute, its name does not match, or what is found is no number.</exception>
    public static double Read(string source, FieldFile file)
    {
        if (TryNumber(source, out var number))
        {
            return number;
        }

        return source.Contains('(', StringComparison.Ordinal) ? FromName(source, file) : FromAttribute(source, file);
    }

    private static double FromName(string pattern, FieldFile file)
    {
        Match match;
        try
        {
            match = Regex.Match(Path.GetFileName(file.Path), pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new InputException($"the parameter '{pattern}' is not a regular expression: {e.Message}", e);
        }

        return match.Success && TryNumber(match.Groups[1].Value, out var number)
            ? number
            : throw new InputException($"the name of {file.Path} does not match the parameter's pattern '{pattern}' with a number: rename it or correct 'parameter'");
    }

    private static double FromAttribute(string name, FieldFile file)
    {
        if (!file.Attributes.TryGetValue(name, out var attribute))
        {
            throw new InputException($"{file.Path} has no attribute '{name}' for the parameter: add it, or correct 'parameter'");
        }

        return attribute.Numbers is [var number] || TryNumber(attribute.Text ?? "", out number)
            ? number
            : throw new InputException($"the attribute '{name}' of {file.Path} is '{attribute}', not a number: correct it or 'parameter'");
    }

    private static bool TryNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
}
