using Flex.Fields.Configuration;
using Flex.Fields.DataSets;
using Flex.Fields.Grids;
using Flex.Fields.Resampling;

namespace Flex.Fields.Tests.DataSets;

public sealed class BadDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public BadDataTests() => FieldSamples.Write(
        _folder["good.nc"], 32, 32, periodic: true, [FieldSamples.Noise(32, 32), FieldSamples.Noise(32, 32, 2)], reynolds: "fast");

    public void Dispose() => _folder.Dispose();

    private string MessageOf(DataConfig config) =>
        Assert.Throws<InputException>(() => SuperResolutionData.Open(config, _folder.Path)).Message;

    [Fact]
    public void What_does_not_fit_the_files_is_named()
    {
        var config = FieldSamples.Config;
        Assert.Contains("'*.hdf'", MessageOf(config with { Files = ["*.nc", "*.hdf"] }));
        Assert.Contains("no variable 'u'", MessageOf(config with { Variable = "u" }));
        Assert.Contains("no channel 1", MessageOf(config with { Channel = 1 }));
        Assert.Contains("patches of 36²", MessageOf(config with { Patch = 36 }));
        Assert.Contains("factor 5", MessageOf(config with { Factor = 5, Patch = 15 }));
        Assert.Contains("no attribute 're'", MessageOf(config with { Parameter = ["re"] }));
        Assert.Contains("'fast'", MessageOf(config with { Parameter = ["reynolds"] }));
        Assert.Contains("pattern 're(", MessageOf(config with { Parameter = [@"re(\d+)"] }));
        Assert.Contains("regular expression", MessageOf(config with { Parameter = ["re(("] }));
        Assert.Contains("2 times", MessageOf(config with { Times = new TimeSelection(First: 2) }));
    }

    [Fact]
    public void Settings_that_make_no_sense_are_refused()
    {
        var config = FieldSamples.Config;
        Assert.Contains("multiple of the factor", MessageOf(config with { Patch = 18 }));
        Assert.Contains("factor must", MessageOf(config with { Factor = 1 }));
        Assert.Contains("stride_align", MessageOf(config with { StrideAlign = 0 }));
        Assert.Contains("parameter_scale", MessageOf(config with { ParameterScale = 0 }));
        Assert.Contains("stride", MessageOf(config with { Times = new TimeSelection(Stride: 0) }));
        Assert.Contains("files must", MessageOf(config with { Files = [] }));
        Assert.Contains("symmetries must", MessageOf(config with { Symmetries = SymmetryGroup.Scalar, Registration = Registration.Cell }));
    }

    [Theory]
    [InlineData(float.NaN, SnapshotCache.None)]
    [InlineData(float.NaN, SnapshotCache.Memory)]
    [InlineData(float.PositiveInfinity, SnapshotCache.None)]
    public void Missing_values_are_named_with_file_variable_and_time(float bad, SnapshotCache cache)
    {
        var hole = FieldSamples.Noise(32, 32);
        hole[(20 * 32) + 20] = bad;
        FieldSamples.Write(_folder["hole.nc"], 32, 32, periodic: true, [FieldSamples.Noise(32, 32), hole]);
        var config = FieldSamples.Config with { Files = ["hole.nc"], Cache = cache };
        using var data = SuperResolutionData.Open(config, _folder.Path, FieldSamples.NoNormalisation);
        data.Render(new PatchLocation(0, 8, 8, default));
        var e = Assert.Throws<InputException>(() => data.Render(new PatchLocation(1, 8, 8, default)));
        Assert.Contains("variable w", e.Message);
        Assert.Contains("hole.nc", e.Message);
        Assert.Contains("time index 1", e.Message);
        Assert.Contains("time index 1", MessageOf(config)); // measured at opening
    }

    [Fact]
    public void Constant_fields_cannot_be_learnt()
    {
        FieldSamples.Write(_folder["flat.nc"], 32, 32, periodic: true, [new float[32 * 32]]);
        Assert.Contains("constant", MessageOf(FieldSamples.Config with { Files = ["flat.nc"] }));
    }

    [Fact]
    public void A_configuration_is_read_from_yaml()
    {
        var config = YamlConfig.Parse<DataConfig>(
            """
            files: [train/*.nc]
            variable: w
            parameter: [reynolds]
            factor: 8
            interpolation: bilinear
            registration: node
            periodic: [y, x]
            patch: 32
            symmetries: vorticity
            times: { first: 2, last: -1, stride: 3 }
            cache: memory
            residual_scale: condition
            """,
            "test.yaml");
        Assert.Equal(["train/*.nc"], config.Files);
        Assert.Equal([FieldAxis.Y, FieldAxis.X], config.Periodic);
        Assert.Equal((8, 32, Interpolation.Bilinear), (config.Factor, config.Patch, config.Interpolation));
        Assert.Equal(new TimeSelection(2, -1, 3), config.Times);
        Assert.Equal((SymmetryGroup.Vorticity, SnapshotCache.Memory, ResidualScaleKind.Condition), (config.Symmetries, config.Cache, config.ResidualScale));
        Assert.Contains("patch must be a multiple", Assert.Throws<InputException>(
            () => YamlConfig.Parse<DataConfig>("{ files: [a], variable: w, patch: 30 }", "test.yaml")).Message);
    }
}
