using System.Globalization;

namespace Flex.Cli.Progress;

/// <summary>Words a state of progress: <c>training: 120/3000 steps (4%), 2.5 steps/s, 19m12s left, loss 0.31</c>.</summary>
/// <param name="Title">What is being done.</param>
/// <param name="Unit">The unit of work in the plural.</param>
public sealed record ProgressText(string Title, string Unit)
{
    /// <summary>Words a state.</summary>
    /// <param name="done">Units done.</param>
    /// <param name="total">Units in all; not positive where unknown.</param>
    /// <param name="rate">Units per second; 0 where not known yet.</param>
    /// <param name="note">The work's own words, or null.</param>
    /// <returns>One line without its end.</returns>
    public string Format(double done, double total, double rate, string? note)
    {
        var parts = new List<string>
        {
            total > 0
                ? $"{Title}: {Number(done)}/{Number(total)} {Unit} ({Math.Floor(100 * done / total)}%)"
                : $"{Title}: {Number(done)} {Unit}",
        };
        if (rate > 0)
        {
            parts.Add(Rate(rate));
            if (total > done)
            {
                parts.Add($"{Duration(TimeSpan.FromSeconds((total - done) / rate))} left");
            }
        }

        if (!string.IsNullOrEmpty(note))
        {
            parts.Add(note);
        }

        return string.Join(", ", parts);
    }

    /// <summary>Words a length of time with its two leading units: <c>4.2s</c>, <c>3m05s</c>, <c>2h07m</c>, <c>3d04h</c>.</summary>
    /// <param name="time">The length, not negative.</param>
    /// <returns>The text.</returns>
    public static string Duration(TimeSpan time)
    {
        if (time.TotalSeconds < 9.95)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0}s");
        }

        var whole = TimeSpan.FromSeconds(Math.Round(time.TotalSeconds));
        return whole switch
        {
            { TotalMinutes: < 1 } => $"{whole.Seconds}s",
            { TotalHours: < 1 } => $"{whole.Minutes}m{whole.Seconds:00}s",
            { TotalDays: < 1 } => $"{whole.Hours}h{whole.Minutes:00}m",
            _ => $"{whole.Days}d{whole.Hours:00}h",
        };
    }

    // Slow work reads better as seconds per unit.
    private string Rate(double rate) => rate >= 0.1
        ? $"{Number(rate)} {Unit}/s"
        : $"{Duration(TimeSpan.FromSeconds(1 / rate))} each";

    private static string Number(double value) =>
        value.ToString(value is >= 100 || value == Math.Floor(value) ? "0" : "0.##", CultureInfo.InvariantCulture);
}
