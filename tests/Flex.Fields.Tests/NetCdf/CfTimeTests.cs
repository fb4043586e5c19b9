using System.Globalization;
using Flex.Fields.NetCdf;

namespace Flex.Fields.Tests.NetCdf;

public sealed class CfTimeTests
{
    [Theory]
    [InlineData(17598, "hour since 1980-01-14 14:00:00", "1982-01-16T20:00:00")]
    [InlineData(59, "days since 2000-1-1", "2000-02-29T00:00:00")]
    [InlineData(59, "days since 1900-01-01 00:00:0.0", "1900-03-01T00:00:00")]
    [InlineData(-1, "minutes since 2001-01-01T00:00:00Z", "2000-12-31T23:59:00")]
    [InlineData(86400, "Seconds since 1970-01-01 00:00:00 UTC", "1970-01-02T00:00:00")]
    public void A_time_has_a_date(double value, string units, string date) =>
        Assert.Equal(DateTime.Parse(date, CultureInfo.InvariantCulture), CfTime.Date(value, units));

    [Theory]
    [InlineData("1")]
    [InlineData("s")]
    [InlineData("months since 2000-01-01")]
    [InlineData("days since 2000-13-01")]
    [InlineData("days since yesterday")]
    public void Other_units_are_refused(string units) =>
        Assert.Contains(units, Assert.Throws<InputException>(() => CfTime.Date(1, units)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(1e9)]
    [InlineData(double.NaN)]
    public void A_year_beyond_the_calendar_is_refused(double value) =>
        Assert.Throws<InputException>(() => CfTime.Date(value, "days since 2000-01-01"));
}
