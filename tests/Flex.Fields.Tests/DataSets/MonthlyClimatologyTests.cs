using Flex.Fields.DataSets;

namespace Flex.Fields.Tests.DataSets;

public sealed class MonthlyClimatologyTests : IDisposable
{
    private const string Units = "days since 2001-01-01";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Two Januaries (of two years) and one March, in two files.</summary>
    [Fact]
    public void Fields_of_one_calendar_month_are_averaged_over_files_and_years()
    {
        var climatology = MonthlyClimatology.Of([Write("a.nc", "1, 70", "1, 2,  5, 5"), Write("b.nc", "366, 367", "3, 4,  5, 9")], "w");
        Assert.Equal([3, 5], climatology.At(20, Units, 1, 2));
        Assert.Equal([5, 5], climatology.At(24 * 60, "hours since 2007-01-10", 1, 2));
    }

    [Fact]
    public void Several_variables_follow_each_other() =>
        Assert.Equal([1, 2, 1, 2], MonthlyClimatology.Of([Write("a.nc", "1, 70", "1, 2,  5, 5")], "w,w[0]").At(1, Units, 1, 2));

    [Fact]
    public void What_cannot_be_averaged_or_compared_is_refused()
    {
        var file = Write("a.nc", "1, 70", "1, 2,  5, 5");
        void Refused(string word, Func<object> action) =>
            Assert.Contains(word, Assert.Throws<InputException>(action).Message, StringComparison.Ordinal);

        var climatology = MonthlyClimatology.Of([file], "w");
        Refused("month 2", () => climatology.At(40, Units, 1, 2));
        Refused("1×2", () => climatology.At(1, Units, 2, 2));
        Refused("no date", () => climatology.At(1, "1", 1, 2));
        Refused("time index 1", () => MonthlyClimatology.Of([Write("gap.nc", "1, 2", "1, 2, 3, NaN")], "w"));
        Refused("grid", () => MonthlyClimatology.Of([file, Write("wide.nc", "1, 2", "1, 2, 3, 4, 5, 6", width: 3)], "w"));
    }

    private string Write(string name, string times, string values, int width = 2)
    {
        ReferenceTool.NcGen(_folder[name], "classic", $$"""
            netcdf a {
            dimensions: x = {{width}} ; y = 1 ; time = 2 ;
            variables: double time(time) ; time:units = "{{Units}}" ; float w(time, y, x) ;
            data: time = {{times}} ; w = {{values}} ;
            }
            """);
        return _folder[name];
    }
}
