using Flex.Fields.DataSets;

namespace Flex.Fields.Tests.DataSets;

public sealed class GoldenSequenceTests
{
    private const int Files = 16, Times = 101;

    [Theory]
    [InlineData(16)]
    [InlineData(40)]
    [InlineData(200)]
    public void Every_file_and_every_part_of_its_times_have_a_share(int count)
    {
        var taken = GoldenSequence.Take(count, Files * Times);
        Assert.Equal(count, taken.Distinct().Count());
        Assert.All(taken, i => Assert.InRange(i, 0, (Files * Times) - 1));
        Assert.All(taken.CountBy(i => i / Times), file => Assert.InRange(file.Value, count / Files - 1, (count / Files) + 2));
        Assert.All(taken.CountBy(i => i % Times * 4 / Times), quarter => Assert.InRange(quarter.Value, 0.5 * count / 4, 1.5 * count / 4));
        Assert.True(taken.Select(i => i % Times).Distinct().Count() > 0.3 * Math.Min(count, Times));
    }

    [Fact]
    public void All_are_taken_where_there_are_fewer() => Assert.Equal([0, 1, 2], GoldenSequence.Take(4, 3));
}
