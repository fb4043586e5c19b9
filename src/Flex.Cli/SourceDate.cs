using System.Globalization;

namespace Flex.Cli;

/// <summary>
/// A clock whose date stands still, so that files that are stamped with it come out with the same bytes at every run; it
/// measures time as the system does. See https://reproducible-builds.org/specs/source-date-epoch/.
/// </summary>
/// <param name="date">The date.</param>
internal sealed class SourceDate(DateTimeOffset date) : TimeProvider
{
    private const string Variable = "SOURCE_DATE_EPOCH";

    /// <summary>The clock that the environment asks for.</summary>
    /// <returns>A date in seconds since 1970 where SOURCE_DATE_EPOCH is one, else the system's clock.</returns>
    public static TimeProvider FromEnvironment() =>
        long.TryParse(Environment.GetEnvironmentVariable(Variable), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? new SourceDate(DateTimeOffset.FromUnixTimeSeconds(seconds))
            : System;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => date;
}
