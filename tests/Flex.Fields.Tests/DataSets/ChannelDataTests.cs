using Flex.Fields.DataSets;
using Flex.Fields.Grids;
using Flex.Fields.NetCdf;

namespace Flex.Fields.Tests.DataSets;

/// <summary>Data of several channels are, channel by channel, the data of each alone.</summary>
public sealed class ChannelDataTests : IDisposable
{
    private const int Size = 32, Area = 16 * 16;
    private readonly TemporaryFolder _folder = new();

    public ChannelDataTests()
    {
        var spec = new OutputSpec
        {
            Grid = Grid.PeriodicBox(Size, Size),
            Times = [0, 1, 2, 3],
            Fields = [new OutputField("u"), new OutputField("v")],
        };
        using var writer = FieldWriter.Create(_folder["a.nc"], spec);
        for (var t = 0; t < 4; t++)
        {
            writer.Write("u", 0, t, FieldSamples.Noise(Size, Size, (ulong)t));
            writer.Write("v", 0, t, [.. FieldSamples.Noise(Size, Size, 10 + (ulong)t).Select(value => (3 * value) + 1)]);
        }

        writer.Commit();
    }

    public void Dispose() => _folder.Dispose();

    private static DataConfig Config(string variable, SnapshotCache cache) =>
        FieldSamples.Config with { Variable = variable, ResidualScale = ResidualScaleKind.Condition, Symmetries = SymmetryGroup.Scalar, Cache = cache };

    [Theory]
    [InlineData(SnapshotCache.None)]
    [InlineData(SnapshotCache.Memory)]
    public void Super_resolution(SnapshotCache cache)
    {
        using var both = SuperResolutionData.Open(Config("u,v", cache), _folder.Path);
        using var u = SuperResolutionData.Open(Config("u", cache), _folder.Path);
        using var v = SuperResolutionData.Open(Config("v", cache), _folder.Path);
        Assert.Equal((2, 2), (both.Channels, both.ConditionChannels));
        Assert.Equal(v.Statistics.Mean, both.Statistics.Of(1).Mean);
        for (var i = 0; i < 6; i++)
        {
            var (sample, first, second) = (both.Sampler(5).Sample(i), u.Sampler(5).Sample(i), v.Sampler(5).Sample(i));
            Assert.Equal([.. first.Condition, .. second.Condition], sample.Condition);
            Assert.Equal([.. first.Residual, .. second.Residual], sample.Residual);
        }
    }

    [Fact]
    public void Forecast_conditions_hold_all_channels_of_one_snapshot_after_the_other()
    {
        using var both = ForecastData.Open(Config("u,v", SnapshotCache.None), _folder.Path);
        using var u = ForecastData.Open(Config("u", SnapshotCache.None), _folder.Path);
        using var v = ForecastData.Open(Config("v", SnapshotCache.None), _folder.Path);
        Assert.Equal(4, both.ConditionChannels);
        var (sample, first, second) = (both.Sampler(5).Sample(1), u.Sampler(5).Sample(1), v.Sampler(5).Sample(1));
        Assert.Equal(
            [.. first.Condition[..Area], .. second.Condition[..Area], .. first.Condition[Area..], .. second.Condition[Area..]], sample.Condition);
        Assert.Equal([.. first.Residual, .. second.Residual], sample.Residual);
    }

    [Fact]
    public void Statistics_of_all_channels_survive_the_metadata_of_a_model()
    {
        using var both = SuperResolutionData.Open(Config("u,v", SnapshotCache.None), _folder.Path);
        var back = DataStatistics.Parse(new Dictionary<string, string> { ["s"] = both.Statistics.ToJson() }, "s", "m");
        Assert.Equal(both.Statistics.Of(1).Std, back.Of(1).Std);
        Assert.Equal(both.Statistics.Of(1).ResidualScale.Coefficients, back.Of(1).ResidualScale.Coefficients);
    }

    [Fact]
    public void Mirrors_of_vorticity_and_unknown_variables_are_refused()
    {
        string Refused(DataConfig config) => Assert.Throws<InputException>(() => SuperResolutionData.Open(config, _folder.Path)).Message;
        Assert.Contains("symmetries", Refused(Config("u,v", SnapshotCache.None) with { Symmetries = SymmetryGroup.Vorticity }), StringComparison.Ordinal);
        Assert.Contains("'q'", Refused(Config("u,q", SnapshotCache.None)), StringComparison.Ordinal);
        Assert.Contains("no channel 1", Refused(Config("u,v[1]", SnapshotCache.None)), StringComparison.Ordinal);
    }
}
