using System.Globalization;
using System.Text.RegularExpressions;

namespace Flex.Fields.NetCdf;

/// <summary>Times as CF writes them, <c>hours since 1980-01-14 14:00</c>, as dates of the (proleptic) Gregorian calendar.</summary>
public static partial class CfTime
{
    /// <summary>The date of a time.</summary>
    /// <param name="value">The time.</param>
    /// <param name="units">Its units: seconds, minutes, hours or days since a date.</param>
    /// <returns>The date, in the zone of the units.</returns>
    /// <exception cref="InputException">The units are no date, or the date lies outside the years 1 … 9999.</exception>
    public static DateTime Date(double value, string units)
    {
        ArgumentNullException.ThrowIfNull(units);
        if (UnitsPattern().Match(units) is not { Success: true } match
            || Days(match.Groups["unit"].Value) is not { } days
            || !DateTime.TryParse($"{match.Groups["date"].Value} {match.Groups["time"].Value}", CultureInfo.InvariantCulture, out var epoch))
        {
            throw new InputException($"times in '{units}' have no date: months are known of times such as 'hours since 1980-01-14 14:00:00'");
        }

        try
        {
            return double.IsNaN(value) ? throw new ArgumentOutOfRangeException(nameof(value)) : epoch.AddDays(value * days);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new InputException(string.Create(CultureInfo.InvariantCulture, $"{value} {units} lies outside the years 1 to 9999: correct the file's times"), e);
        }
    }

    private static double? Days(string unit) => unit.ToLowerInvariant() switch
    {
        "day" or "days" or "d" => 1,
        "hour" or "hours" or "hr" or "hrs" or "h" => 1.0 / 24,
        "minute" or "minutes" or "min" or "mins" => 1.0 / (24 * 60),
        "second" or "seconds" or "sec" or "secs" or "s" => 1.0 / (24 * 60 * 60),
        _ => null,
    };

    [GeneratedRegex(@"^\s*(?<unit>[A-Za-z]+)\s+since\s+(?<date>\d{1,4}-\d{1,2}-\d{1,2})(?:[T ]+(?<time>\d{1,2}:\d{1,2}(?::\d{1,2}(?:\.\d*)?)?))?\s*(?:Z|UTC)?\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex UnitsPattern();
}
