using Flex.Fields.DataSets;

namespace Flex.Fields.Tests.DataSets;

public sealed class HistoryNoiseTests : IDisposable
{
    private const int Size = 32, Area = 16 * 16;
    private const double Greatest = 0.5;
    private readonly TemporaryFolder _folder = new();

    public HistoryNoiseTests() =>
        FieldSamples.Write(_folder["a.nc"], Size, Size, periodic: true, [.. Enumerable.Range(0, 6).Select(t => FieldSamples.Noise(Size, Size, (ulong)t))]);

    public void Dispose() => _folder.Dispose();

    private ForecastData Open(double noise, double scale = 0.5) => ForecastData.Open(
        FieldSamples.Config with { HistoryNoise = noise },
        _folder.Path,
        FieldSamples.NoNormalisation with { Std = 2, ResidualScale = new ResidualScale { Kind = ResidualScaleKind.Global, Unit = scale } });

    [Fact]
    public void Half_of_the_samples_are_disturbed_in_every_snapshot_and_still_lead_to_the_same_future()
    {
        using var clean = Open(0);
        using var noisy = Open(Greatest);
        var (before, after) = (clean.Sampler(4), noisy.Sampler(4));
        var levels = new List<double>();
        for (var i = 0; i < 400; i++)
        {
            var (was, now) = (before.Sample(i), after.Sample(i));
            double[] older = Difference(now.Condition[..Area], was.Condition[..Area]);
            double[] present = Difference(now.Condition[Area..], was.Condition[Area..]);
            if (older.All(d => d == 0))
            {
                Assert.Equal(was.Residual, now.Residual);
                continue;
            }

            // Noise of the present in units of the scale, n; the scale itself grows by √(1 + 2·level²) with the level of the noise.
            double[] n = [.. present.Select(d => d * 2 / 0.5)];
            var ratios = Enumerable.Range(0, Area).Where(j => Math.Abs(now.Residual[j]) > 0.5).Select(j => (was.Residual[j] - n[j]) / now.Residual[j]).ToArray();
            var inflation = ratios.Average();
            Assert.All(ratios, ratio => Assert.Equal(inflation, ratio, 1e-3));
            levels.Add(Math.Sqrt(((inflation * inflation) - 1) / 2));
            Assert.NotEqual(older, present);
        }

        Assert.InRange(levels.Count, 160, 240);
        Assert.InRange(levels.Max(), 0.9 * Greatest, Greatest);
        Assert.InRange(levels.Average(), 0.42 * Greatest, 0.58 * Greatest);
    }

    [Fact]
    public void The_noise_has_the_level_that_it_is_said_to_have_at_any_smoothness()
    {
        var noise = new HistoryNoise(Greatest, 64);
        var ratios = new List<double>();
        for (var i = 0; i < 200; i++)
        {
            var (condition, residual) = (new float[64 * 64], new float[64 * 64]);
            noise.Disturb(1, i, condition, residual, [1], [], () => throw new InvalidOperationException());
            if (condition[0] != 0)
            {
                ratios.Add(Math.Sqrt(condition.Average(v => (double)v * v)));
            }
        }

        // Uniform up to the greatest: the mean square is a third of the greatest's.
        Assert.Equal(Greatest * Greatest / 3, ratios.Average(r => r * r), 0.25 * Greatest * Greatest / 3);
    }

    [Fact]
    public void A_sample_is_a_function_of_seed_and_index_and_validation_stays_clean()
    {
        using var data = Open(Greatest);
        using var clean = Open(0);
        var batch = new PatchBatch(data.Sampler(9), 4);
        batch.Fill(10);
        var single = data.Sampler(9).Sample(12);
        Assert.Equal(single.Condition, batch.Condition[(2 * 2 * Area)..(3 * 2 * Area)]);
        Assert.Equal(single.Residual, batch.Residual[(2 * Area)..(3 * Area)]);

        var (valid, reference) = (new PatchBatch(data.Validation(3, 1), 3), new PatchBatch(clean.Validation(3, 1), 3));
        valid.Fill(0);
        reference.Fill(0);
        Assert.Equal(reference.Condition, valid.Condition);
    }

    [Fact]
    public void Noise_that_makes_no_sense_is_refused()
    {
        string Refused(DataConfig config) => Assert.Throws<InputException>(() => ForecastData.Open(config, _folder.Path)).Message;
        Assert.Contains("history_noise must not be negative", Refused(FieldSamples.Config with { HistoryNoise = -1 }), StringComparison.Ordinal);
        Assert.Contains("target: residual", Refused(FieldSamples.Config with { HistoryNoise = 1, Target = PatchTarget.Raw }), StringComparison.Ordinal);
    }

    private static double[] Difference(float[] a, float[] b) => [.. a.Zip(b, (x, y) => (double)x - y)];
}
