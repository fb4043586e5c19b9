using Flex.Fields.Solvers;

namespace Flex.Fields.Tests.Solvers;

public class OutputTimesTests
{
    [Fact]
    public void A_range_includes_its_end_and_has_short_decimals()
    {
        var times = OutputTimes.Parse("0.5:3:0.025").Values;
        Assert.Equal(101, times.Count);
        Assert.Equal([0.5, 0.525, 0.55, 0.575], times.Take(4));
        Assert.Equal(3, times[^1]);
    }

    [Fact]
    public void A_list_is_taken_as_it_is() => Assert.Equal([0, 0.5, 2], OutputTimes.Parse("0, 0.5,2").Values);

    [Theory]
    [InlineData("2,1", "order")]
    [InlineData("1,1", "order")]
    [InlineData("-1,1", "-1")]
    [InlineData("NaN", "NaN")]
    [InlineData("1,inf", "read")]
    [InlineData("", "read")]
    [InlineData("soon", "soon")]
    [InlineData("0:1", "0:1")]
    [InlineData("0:1:0.3", "0:1:0.3")]
    [InlineData("1:0:0.5", "1:0:0.5")]
    [InlineData("0:1:0", "0:1:0")]
    [InlineData("0:1:-0.1", "0:1:-0.1")]
    [InlineData("0:1:1e-9", "0:1:1E-09")]
    public void Other_times_are_refused(string text, string named)
    {
        var error = Assert.Throws<InputException>(() => OutputTimes.Parse(text));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }
}
