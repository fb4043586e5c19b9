using Flex.Fields.DataSets;

namespace Flex.Fields.Tests.DataSets;

public sealed class ForecastDataTests : IDisposable
{
    private const int Size = 24;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private float[][] Write(string name, int times, ulong seed = 0, bool periodic = true)
    {
        float[][] snapshots = [.. Enumerable.Range(0, times).Select(i => FieldSamples.Noise(Size, Size, seed + (ulong)i))];
        FieldSamples.Write(_folder[name], Size, Size, periodic, snapshots, reynolds: "250");
        return snapshots;
    }

    private ForecastData Open(DataConfig config) => ForecastData.Open(config, _folder.Path, FieldSamples.NoNormalisation);

    [Theory]
    [InlineData(SnapshotCache.None)]
    [InlineData(SnapshotCache.Memory)]
    public void The_condition_is_the_past_oldest_first_and_the_residual_the_next_change(SnapshotCache cache)
    {
        var fields = Write("a.nc", 9);
        using var data = Open(FieldSamples.Config with { History = 3, Step = 2, Cache = cache, Parameter = ["reynolds"], ParameterScale = 1000 });
        Assert.Equal((3, 3, 2.0), (data.Count, data.ConditionChannels, data.TimeStep));
        var (condition, residual, parameters) = (new float[3 * 256], new float[256], new float[1]);
        for (var item = 0; item < data.Count; item++)
        {
            data.Render(new PatchLocation(item, -5, 13, default), condition, residual, parameters);
            float[] Crop(int time) => FieldSamples.Crop(fields[time], Size, Size, -5, 13, 16);
            Assert.Equal([.. Crop(item), .. Crop(item + 2), .. Crop(item + 4)], condition);
            Assert.Equal(Crop(item + 6).Zip(Crop(item + 4), (next, now) => next - now), residual);
            Assert.Equal(item + 4, data.Present(item));
        }

        Assert.Equal(0.25f, parameters[0]);
    }

    [Fact]
    public void The_files_stay_open_until_the_last_data_set_that_shares_them_is_closed()
    {
        FieldSamples.Write(_folder["shared.nc"], 32, 32, periodic: true, [.. Enumerable.Range(0, 4).Select(t => FieldSamples.Noise(32, 32, (ulong)t))]);
        var config = FieldSamples.Config with { Files = ["shared.nc"] };
        var first = SuperResolutionData.Open(config, _folder.Path, FieldSamples.NoNormalisation);
        using var second = ForecastData.Open(config, _folder.Path, FieldSamples.NoNormalisation, other: first);
        first.Dispose();
        var residual = new float[16 * 16];
        second.Render(new PatchLocation(0, 3, 5, default), new float[2 * 16 * 16], residual, []);
        Assert.Contains(residual, value => value != 0);
        Assert.Throws<InputException>(() => ForecastData.Open(config with { Target = PatchTarget.Raw, HistoryNoise = 1 }, _folder.Path, other: second));
        second.Render(new PatchLocation(1, 3, 5, default), new float[2 * 16 * 16], residual, []);
    }

    [Fact]
    public void Moments_do_not_reach_from_one_file_into_the_next()
    {
        Write("a.nc", 4);
        Write("b.nc", 5, seed: 100);
        using var data = Open(FieldSamples.Config);
        Assert.Equal(2 + 3, data.Count);
        Assert.Equal([1, 2, 5, 6, 7], Enumerable.Range(0, data.Count).Select(data.Present));
    }

    [Fact]
    public void A_reflection_turns_the_sign_of_vorticity_in_past_and_future()
    {
        var fields = Write("a.nc", 3);
        using var data = Open(FieldSamples.Config with { Symmetries = SymmetryGroup.Vorticity });
        var (condition, residual) = (new float[2 * 256], new float[256]);
        data.Render(new PatchLocation(0, 0, 0, new PatchSymmetry(Transpose: false, FlipY: true, FlipX: false)), condition, residual, []);
        for (var i = 0; i < 256; i++)
        {
            var (y, x) = (15 - (i / 16), i % 16);
            Assert.Equal(-fields[1][(y * Size) + x], condition[256 + i]);
            Assert.Equal(fields[1][(y * Size) + x] - fields[2][(y * Size) + x], residual[i], 1e-6f);
        }
    }

    [Fact]
    public void The_size_of_the_residual_is_foretold_from_the_last_change()
    {
        // A decaying oscillation: every change is 0.8 of the one before.
        float[][] snapshots = [.. Enumerable.Range(0, 8).Select(t => FieldSamples.Noise(Size, Size).Select(v => v * (float)Math.Pow(-0.8, t)).ToArray())];
        FieldSamples.Write(_folder["a.nc"], Size, Size, periodic: true, snapshots);
        using var data = ForecastData.Open(FieldSamples.Config with { ResidualScale = ResidualScaleKind.Condition }, _folder.Path);
        for (var item = 0; item < data.Count; item++)
        {
            var change = snapshots[item + 2].Zip(snapshots[item + 1], (next, now) => (double)(next - now)).ToArray();
            Assert.Equal(Math.Sqrt(change.Average(v => v * v)), data.Scale(item), 1e-3 * data.Scale(item));
        }
    }

    [Fact]
    public void Pairs_refine_the_present_that_is_forecast_from()
    {
        Write("a.nc", 6);
        var config = FieldSamples.Config with { StrideAlign = 4, Symmetries = SymmetryGroup.Scalar };
        using var forecast = Open(config);
        using var fine = SuperResolutionData.Open(config, _folder.Path, FieldSamples.NoNormalisation);
        var sampler = forecast.Sampler(3);
        var pairs = new PairedPatches(sampler, forecast, fine);
        var (condition, residual) = (new float[256], new float[256]);
        for (var i = 0; i < 20; i++)
        {
            pairs.Fill(i, 1, condition, residual, []);
            var other = sampler.Sample(i);
            for (var j = 0; j < 256; j++)
            {
                Assert.Equal(other.Condition[256 + j], condition[j] + residual[j], 1e-5f);
            }
        }
    }

    [Fact]
    public void Data_that_cannot_be_forecast_are_refused()
    {
        Write("short.nc", 4);
        string Refused(DataConfig config) => Assert.Throws<InputException>(() => ForecastData.Open(config, _folder.Path)).Message;
        Assert.Contains("short.nc has 4 times", Refused(FieldSamples.Config with { Step = 2 }), StringComparison.Ordinal);
        Assert.Contains("history", Refused(FieldSamples.Config with { History = 1, ResidualScale = ResidualScaleKind.Condition }), StringComparison.Ordinal);
        Assert.Contains("step must be at least 1", Refused(FieldSamples.Config with { Step = 0 }), StringComparison.Ordinal);

        FieldSamples.Write(_folder["still.nc"], Size, Size, true, [.. Enumerable.Repeat(FieldSamples.Noise(Size, Size), 4)]);
        Assert.Contains("constant in space or never change", Refused(FieldSamples.Config with { Files = ["still.nc"] }), StringComparison.Ordinal);
    }
}
