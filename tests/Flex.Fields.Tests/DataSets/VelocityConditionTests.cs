using Flex.Fields.DataSets;
using Flex.Fields.Grids;

namespace Flex.Fields.Tests.DataSets;

/// <summary>The velocity as a condition of forecasts.</summary>
public sealed class VelocityConditionTests : IDisposable
{
    private const int Size = 32, Side = 16, Area = Side * Side;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static DataConfig Config => FieldSamples.Config with { Velocity = true, Symmetries = SymmetryGroup.Vorticity };

    private static DataStatistics Statistics => FieldSamples.NoNormalisation with { VelocityRms = 2 };

    [Theory]
    [InlineData(SnapshotCache.None)]
    [InlineData(SnapshotCache.Memory)]
    public void The_condition_ends_with_the_velocity_of_the_present(SnapshotCache cache)
    {
        float[][] snapshots = [.. Enumerable.Range(0, 4).Select(t => FieldSamples.Noise(Size, Size, (ulong)t))];
        FieldSamples.Write(_folder["a.nc"], Size, Size, periodic: true, snapshots);
        using var data = ForecastData.Open(Config with { Cache = cache }, _folder.Path, Statistics);
        Assert.Equal(4, data.ConditionChannels);
        var condition = new float[4 * Area];
        data.Render(new PatchLocation(1, 20, -3, default), condition, new float[Area], []);
        var (u, v) = InducedVelocity.Of(snapshots[2], Size, Size);
        Assert.Equal(FieldSamples.Crop(u, Size, Size, 20, -3, Side).Select(x => x / 2), condition[(2 * Area)..(3 * Area)]);
        Assert.Equal(FieldSamples.Crop(v, Size, Size, 20, -3, Side).Select(x => x / 2), condition[(3 * Area)..]);
    }

    [Fact]
    public void A_symmetric_patch_has_the_velocity_of_the_symmetric_flow()
    {
        var fine = FieldSamples.Noise(Size, Size);
        foreach (var symmetry in PatchSymmetry.All)
        {
            // f'(i, j) = ± f(±i, ±j) or ± f(±j, ±i) on the periodic grid; the patch at its origin is read from f.
            var image = new float[fine.Length];
            for (var k = 0; k < image.Length; k++)
            {
                var (i, j) = Math.DivRem(k, Size);
                var (a, b) = symmetry.Transpose ? (j, i) : (i, j);
                image[k] = (symmetry.IsReflection ? -1 : 1)
                    * fine[((symmetry.FlipY ? Size - a : a) % Size * Size) + ((symmetry.FlipX ? Size - b : b) % Size)];
            }

            var name = $"{symmetry.Transpose}{symmetry.FlipY}{symmetry.FlipX}.nc";
            FieldSamples.Write(_folder[name], Size, Size, periodic: true, [fine, fine, image]);
            using var data = ForecastData.Open(Config with { Files = [name] }, _folder.Path, Statistics);
            var condition = new float[4 * Area];
            data.Render(
                new PatchLocation(0, symmetry.FlipY ? 1 - Side : 0, symmetry.FlipX ? 1 - Side : 0, symmetry), condition, new float[Area], []);
            var (u, v) = InducedVelocity.Of(image, Size, Size);
            float[] expected = [.. FieldSamples.Crop(u, Size, Size, 0, 0, Side), .. FieldSamples.Crop(v, Size, Size, 0, 0, Side)];
            Assert.All(expected.Zip(condition[(2 * Area)..]), pair => Assert.Equal(pair.First / 2, pair.Second, 1e-4f));
        }
    }

    [Fact]
    public void Its_rms_is_measured()
    {
        // ω = cos(2x) along one axis of 32 cells: v = sin(2x)/k with k = 2π·2/32 in cells, u = 0.
        float[][] snapshots = [.. Enumerable.Range(0, 4).Select(t => Enumerable.Range(0, Size * Size).Select(i => (float)Math.Cos((Math.Tau * 2 * (i % Size) / Size) + t)).ToArray())];
        FieldSamples.Write(_folder["a.nc"], Size, Size, periodic: true, snapshots);
        using var data = ForecastData.Open(Config, _folder.Path);
        Assert.Equal(Size / (Math.Tau * 2) / 2, data.Statistics.VelocityRms, 1e-4);
    }

    [Fact]
    public void Fields_whose_vorticity_does_not_tell_the_velocity_are_refused()
    {
        FieldSamples.Write(_folder["a.nc"], Size, Size, periodic: false, [.. Enumerable.Range(0, 4).Select(t => FieldSamples.Noise(Size, Size, (ulong)t))]);
        string Refused(DataConfig config) => Assert.Throws<InputException>(() => ForecastData.Open(config, _folder.Path)).Message;
        Assert.Contains("not doubly periodic", Refused(Config), StringComparison.Ordinal);
        Assert.Contains("velocity", Refused(Config with { Symmetries = SymmetryGroup.Scalar }), StringComparison.Ordinal);
        Assert.Contains("velocity", Refused(Config with { Variable = "u,v", Symmetries = SymmetryGroup.None }), StringComparison.Ordinal);
    }
}
