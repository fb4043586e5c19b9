using Flex.Fields.DataSets;
using Flex.Fields.Grids;

namespace Flex.Fields.Tests.DataSets;

/// <summary>What the flow carries along, as a condition of forecasts.</summary>
public sealed class AdvectionConditionTests : IDisposable
{
    private const int Size = 32, Side = 16, Area = Side * Side;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static DataConfig Config => FieldSamples.Config with { Advection = true, Symmetries = SymmetryGroup.Vorticity };

    // Smooth enough to be displaced by a fraction of its wavelength.
    private static float[] Flow(double phase) => [.. Enumerable.Range(0, Size * Size).Select(i =>
    {
        var (y, x) = (Math.Tau * (i / Size) / Size, Math.Tau * (i % Size) / Size);
        return (float)(Math.Sin((2 * y) + phase) + (0.7 * Math.Cos(x - y)) + (0.4 * Math.Sin((3 * x) + (2 * phase))));
    })];

    private static float[] Guess(float[] past, float[] present)
    {
        var carried = Advection.Carry(present, Size, Size, Advection.Trace(past, present, Size, Size, 1), Window.Whole(Size, Size));
        return [.. carried.Zip(present, (a, b) => a - b)];
    }

    [Theory]
    [InlineData(SnapshotCache.None)]
    [InlineData(SnapshotCache.Memory)]
    public void The_condition_ends_with_the_change_by_advection(SnapshotCache cache)
    {
        float[][] snapshots = [.. Enumerable.Range(0, 4).Select(t => Flow(0.1 * t))];
        FieldSamples.Write(_folder["a.nc"], Size, Size, periodic: true, snapshots);
        using var data = ForecastData.Open(Config with { Cache = cache }, _folder.Path, FieldSamples.NoNormalisation);
        Assert.Equal(3, data.ConditionChannels);
        var condition = new float[3 * Area];
        data.Render(new PatchLocation(1, 20, -3, default), condition, new float[Area], []);
        var expected = FieldSamples.Crop(Guess(snapshots[1], snapshots[2]), Size, Size, 20, -3, Side);
        Assert.All(expected.Zip(condition[(2 * Area)..]), pair => Assert.Equal(pair.First / data.Scale(1), pair.Second, 1e-5));
        Assert.Contains(expected, value => Math.Abs(value) > 0.1);
    }

    [Fact]
    public void A_symmetric_patch_has_the_change_of_the_symmetric_flow()
    {
        var (past, fine) = (Flow(0), Flow(0.3));
        foreach (var symmetry in PatchSymmetry.All)
        {
            var name = $"{symmetry.Transpose}{symmetry.FlipY}{symmetry.FlipX}.nc";
            FieldSamples.Write(_folder[name], Size, Size, periodic: true, [past, fine, Image(fine, symmetry), Image(past, symmetry)]);
            using var data = ForecastData.Open(Config with { Files = [name] }, _folder.Path, FieldSamples.NoNormalisation);
            var condition = new float[3 * Area];
            data.Render(new PatchLocation(0, symmetry.FlipY ? 1 - Side : 0, symmetry.FlipX ? 1 - Side : 0, symmetry), condition, new float[Area], []);
            var expected = FieldSamples.Crop(Guess(Image(past, symmetry), Image(fine, symmetry)), Size, Size, 0, 0, Side);
            Assert.All(expected.Zip(condition[(2 * Area)..]), pair => Assert.Equal(pair.First / data.Scale(0), pair.Second, 1e-4));
        }
    }

    // A disturbed sample is the sample of a disturbed flow, whatever symmetry it is seen under.
    [Fact]
    public void The_noise_of_the_history_is_carried_along()
    {
        const double Level = 0.2;
        FieldSamples.Write(_folder["a.nc"], Size, Size, periodic: true, [.. Enumerable.Range(0, 4).Select(t => Flow(0.1 * t))]);
        using var quiet = ForecastData.Open(Config, _folder.Path, FieldSamples.NoNormalisation);
        using var noisy = ForecastData.Open(Config with { HistoryNoise = Level }, _folder.Path, FieldSamples.NoNormalisation);
        var disturbed = 0;
        foreach (var (index, symmetry) in PatchSymmetry.All.Index())
        {
            var location = new PatchLocation(1, 5, 9, symmetry);
            var (clean, residual) = (new float[3 * Area], new float[Area]);
            quiet.Render(location, clean, residual, []);
            var (condition, target) = (clean.ToArray(), residual.ToArray());
            noisy.Augment(3, index, location, condition, target);
            if (condition.SequenceEqual(clean))
            {
                continue;
            }

            // The noise is what the present has more; the guess gets what the displacement of the image of the flow makes of it.
            disturbed++;
            var noise = condition.Skip(Area).Take(Area).Zip(clean.Skip(Area), (a, b) => a - b).ToArray();
            var (past, present) = (Image(Flow(0.1), symmetry), Image(Flow(0.2), symmetry));
            var whole = Advection.Trace(past, present, Size, Size, 1);
            var (y, x) = Origin(symmetry, 5, 9);
            var carried = Advection.Carry(
                noise, Side, Side, new(FieldSamples.Crop(whole.Y, Size, Size, y, x, Side), FieldSamples.Crop(whole.X, Size, Size, y, x, Side)), Window.Whole(Side, Side));
            var inflation = residual.Zip(noise, (r, n) => r - (n / data(quiet))).Zip(target, (a, b) => (a, b)).MaxBy(pair => Math.Abs(pair.a)) is var (a, b) ? a / b : 0;
            for (var i = 0; i < Area; i++)
            {
                Assert.Equal((clean[(2 * Area) + i] + ((carried[i] - noise[i]) / data(quiet))) / inflation, condition[(2 * Area) + i], 1e-3);
            }
        }

        Assert.InRange(disturbed, 2, 7);
        static double data(ForecastData source) => source.Scale(1);
    }

    [Fact]
    public void Data_that_do_not_tell_what_is_carried_where_are_refused()
    {
        float[][] snapshots = [.. Enumerable.Range(0, 4).Select(t => Flow(t))];
        FieldSamples.Write(_folder["a.nc"], Size, Size, periodic: false, snapshots);
        string Refused(DataConfig config) => Assert.Throws<InputException>(() => ForecastData.Open(config, _folder.Path)).Message;
        Assert.Contains("not doubly periodic", Refused(Config), StringComparison.Ordinal);
        Assert.Contains("advection", Refused(Config with { Symmetries = SymmetryGroup.Scalar }), StringComparison.Ordinal);
        Assert.Contains("advection", Refused(Config with { Variable = "u,v", Symmetries = SymmetryGroup.None }), StringComparison.Ordinal);
        Assert.Contains("advection needs target: residual", Refused(Config with { Target = PatchTarget.Raw }), StringComparison.Ordinal);
    }

    // f'(i, j) = ± f(±i, ±j) or ± f(±j, ±i) on the periodic grid.
    private static float[] Image(float[] field, PatchSymmetry symmetry) => [.. Enumerable.Range(0, field.Length).Select(k =>
    {
        var (i, j) = Math.DivRem(k, Size);
        var (a, b) = symmetry.Transpose ? (j, i) : (i, j);
        return (symmetry.IsReflection ? -1 : 1) * field[((symmetry.FlipY ? Size - a : a) % Size * Size) + ((symmetry.FlipX ? Size - b : b) % Size)];
    })];

    // Where the patch at (y, x) of the flow lies in the image.
    private static (int Y, int X) Origin(PatchSymmetry symmetry, int y, int x)
    {
        var (a, b) = (symmetry.FlipY ? Size - (y + Side - 1) : y, symmetry.FlipX ? Size - (x + Side - 1) : x);
        return symmetry.Transpose ? (b, a) : (a, b);
    }
}
