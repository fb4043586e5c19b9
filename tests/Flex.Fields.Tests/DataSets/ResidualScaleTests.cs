using Flex.Fields.DataSets;
using Flex.Fields.Grids;
using Flex.Fields.Resampling;

namespace Flex.Fields.Tests.DataSets;

public sealed class ResidualScaleTests : IDisposable
{
    private const int Size = 64;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // A plane wave: degradation is linear and waves of one wavenumber differ by amplitude alone.
    private static float[] Wave(int k, double amplitude) =>
        [.. Enumerable.Range(0, Size * Size).Select(i => (float)(amplitude * Math.Sin(Math.Tau * k * ((i % Size) + (2 * (i / Size))) / Size)))];

    private static double ResidualRms(float[] fine)
    {
        var up = FieldSamples.Condition(fine, Size, Size, FieldSamples.Config, periodic: true);
        return Math.Sqrt(fine.Zip(up, (a, b) => Math.Pow((double)a - b, 2)).Average());
    }

    private SuperResolutionData Open(ResidualScaleKind kind, params float[][] snapshots)
    {
        FieldSamples.Write(_folder["a.nc"], Size, Size, periodic: true, snapshots);
        return SuperResolutionData.Open(FieldSamples.Config with { ResidualScale = kind }, _folder.Path);
    }

    [Fact]
    public void Statistics_are_those_of_the_data()
    {
        float[][] snapshots = [[.. Wave(3, 2).Select(v => v + 5)], [.. Wave(3, 4).Select(v => v + 5)]];
        using var data = Open(ResidualScaleKind.Global, snapshots);
        Assert.Equal(5, data.Statistics.Mean, 1e-5);
        Assert.Equal(Math.Sqrt((2 + 8) / 2.0), data.Statistics.Std, 1e-5); // a wave of amplitude A has variance A²/2
        var rms = Math.Sqrt(snapshots.Average(s => Math.Pow(ResidualRms(s), 2)));
        Assert.Equal(rms, data.Statistics.ResidualRms, 1e-6);
        Assert.Equal(rms, data.Scale(0), 1e-6);
        Assert.Equal(2, data.Statistics.Snapshots);
    }

    [Fact]
    public void None_divides_by_the_standard_deviation()
    {
        using var data = Open(ResidualScaleKind.None, Wave(3, 2), Wave(3, 4));
        Assert.Equal(data.Statistics.Std, data.Scale(1));
    }

    [Fact]
    public void Condition_finds_the_residual_of_every_snapshot_from_its_coarse_field()
    {
        // Amplitudes over four decades, and a parabola goes through three steepnesses exactly.
        float[][] snapshots = [Wave(2, 1), Wave(3, 1e-2), Wave(3, 1), Wave(3, 100), Wave(5, 1e-2), Wave(5, 30)];
        using var data = Open(ResidualScaleKind.Condition, snapshots);
        Assert.Equal(1, data.Statistics.ResidualScale.RSquared, 1e-6);
        for (var i = 0; i < snapshots.Length; i++)
        {
            Assert.Equal(1, data.Scale(i) / ResidualRms(snapshots[i]), 1e-3);
            var sample = data.Render(new PatchLocation(i, 0, 0, default));
            var patch = Math.Sqrt(sample.Residual.Average(r => (double)r * r));
            Assert.InRange(patch, 0.5, 2);
        }
    }

    [Fact]
    public void Beyond_the_training_data_the_scale_goes_on_in_proportion_to_the_detail()
    {
        float[] mixed = [.. Wave(1, 1).Zip(Wave(2, 0.1), (a, b) => a + b)];
        using var data = Open(ResidualScaleKind.Condition, Wave(1, 1), mixed, Wave(2, 1));
        var scale = data.Statistics.ResidualScale;
        var white = FieldSamples.Noise(16, 16);
        Assert.Equal(1000 * scale.For(Coarse(white)), scale.For(Coarse([.. white.Select(v => 1000 * v)])), 1e-3 * scale.For(Coarse(white)));

        // White noise is less steep than the shortest wave: without the limit the parabola would take it far away.
        var wave = Coarse(Downsample.Strided(new ArrayField(Wave(2, 1), Size, Size), 4));
        var (noiseDetail, waveDetail) = (Detail(Coarse(white)), Detail(wave));
        Assert.Equal(scale.For(wave) / waveDetail, scale.For(Coarse(white)) / noiseDetail, 1e-3);

        static CoarseField Coarse(float[] values) => new(values, 16, 16, PeriodicY: true, PeriodicX: true);
        static double Detail(CoarseField field) => ConditionDetail.Loss(field, 2, Interpolation.Bicubic, Registration.Node);
    }

    [Fact]
    public void A_field_without_detail_gets_a_positive_scale()
    {
        using var data = Open(ResidualScaleKind.Condition, Wave(3, 1), Wave(5, 2));
        var scale = data.Statistics.ResidualScale.For(new CoarseField(new float[16 * 16], 16, 16, true, true));
        Assert.True(scale > 0 && double.IsFinite(1 / scale));
    }

    [Fact]
    public void Edges_that_are_not_periodic_do_not_count_as_detail()
    {
        // A plane is interpolated without error inside, but not against a repeated edge.
        float[] plane = [.. Enumerable.Range(0, 32 * 32).Select(i => 0.5f * (i % 32) + (i / 32))];
        var clamped = new CoarseField(plane, 32, 32, PeriodicY: false, PeriodicX: false);
        Assert.Equal(0, ConditionDetail.Loss(clamped, 2, Interpolation.Bilinear, Registration.Node), 1e-5);
        Assert.True(ConditionDetail.Loss(clamped with { PeriodicX = true, PeriodicY = true }, 2, Interpolation.Bilinear, Registration.Node) > 1);
        var small = Assert.Throws<InputException>(() => ConditionDetail.Loss(new CoarseField(new float[64], 8, 8, false, false), 2, Interpolation.Bilinear, Registration.Node));
        Assert.Contains("8×8", small.Message);
    }

    [Fact]
    public void Least_squares_finds_the_coefficients_and_survives_equal_columns()
    {
        double[][] rows = [[1, 0, 2], [1, 1, -1], [1, 2, 0.5], [1, 3, 4]];
        var solution = LeastSquares.Solve(rows, [.. rows.Select(r => (2 * r[0]) - (3 * r[1]) + (0.25 * r[2]))]);
        Assert.Equal(2, solution[0], 1e-7);
        Assert.Equal(-3, solution[1], 1e-7);
        Assert.Equal(0.25, solution[2], 1e-7);

        var singular = LeastSquares.Solve([[1, 2], [1, 2]], [3, 5]);
        Assert.Equal(4, singular[0] + (2 * singular[1]), 1e-5);
    }

    [Fact]
    public void Statistics_survive_the_metadata_of_a_model()
    {
        using var data = Open(ResidualScaleKind.Condition, Wave(3, 1), Wave(5, 2), Wave(4, 3));
        var metadata = new Dictionary<string, string> { ["statistics"] = data.Statistics.ToJson() };
        var back = DataStatistics.Parse(metadata, "statistics", "m.safetensors");
        Assert.Equal(data.Statistics.Mean, back.Mean);
        Assert.Equal(data.Statistics.ResidualScale.Coefficients, back.ResidualScale.Coefficients);
        var coarse = new CoarseField(FieldSamples.Noise(16, 16), 16, 16, true, true);
        Assert.Equal(data.Statistics.ResidualScale.For(coarse), back.ResidualScale.For(coarse));

        Assert.Contains("m.safetensors", Assert.Throws<InputException>(() => DataStatistics.Parse(new Dictionary<string, string>(), "statistics", "m.safetensors")).Message);
        metadata["statistics"] = """{"mean":0,"std":0}""";
        Assert.Throws<InputException>(() => DataStatistics.Parse(metadata, "statistics", "m.safetensors"));
    }
}
