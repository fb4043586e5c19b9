using Flex.Diffusion;
using Flex.Diffusion.Backbones;
using Flex.Diffusion.Calibration;
using Flex.Diffusion.Sampling;
using Flex.Diffusion.Tiling;
using Flex.Fields.DataSets;
using Flex.Fields.Grids;
using Flex.Fields.Resampling;
using Flex.Fields.Tests.DataSets;
using Flex.IO;
using Flex.Torch;
using Flex.Training.Calibration;
using Flex.Training.Tests.Support;

namespace Flex.Training.Tests.Calibration;

public sealed class SpreadMeasurementTests : IDisposable
{
    private const int Side = 64, Fields = 3, Members = 6, Seed = 5;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Category", "Slow")]
    public void Blended_fields_that_are_drawn_with_it_err_as_much_as_they_spread()
    {
        // White noise says nothing of itself between its coarse points: a network without training errs by its standard deviation.
        var truths = Enumerable.Range(0, Fields).Select(i => FieldSamples.Noise(Side, Side, (ulong)i)).ToList();
        FieldSamples.Write(_folder.Sub("noise.nc"), Side, Side, periodic: true, truths);
        var config = FieldSamples.Config;
        using var data = SuperResolutionData.Open(config, Path.GetDirectoryName(_folder.Sub("noise.nc"))!, FieldSamples.NoNormalisation);
        using var model = new DiffusionModel(
            new ModelConfig { ModelChannels = [32, 32], ResBlocks = [1, 1], Depth = 1, Heads = 2 },
            new ModelTasks(SuperResolution: new(SuperResolutionTask.Of(config), data.Statistics)));

        var calibration = new CalibrateConfig { SpreadFields = Fields, SpreadMembers = Members };
        var correction = new SpreadMeasurement(model, calibration, Seed, Device.Cpu).Run(TaskKind.SuperRes, data, NoProgress.Instance, default)!;
        Assert.Equal(0, Enumerable.Range(0, Fields).Average(i => Left(model, truths[i], (uint)i, correction)), 0.02);
    }

    // ln(error / variance) of a field, as it is drawn with the correction.
    private static double Left(DiffusionModel model, float[] truth, uint frame, SpreadCorrection correction)
    {
        var learnt = model.Tasks.SuperResolution!;
        var settings = new SamplingSettings { Sampler = new DdimSampler(correction.Steps), Members = Members, Seed = Seed, Spread = correction };
        var coarse = new CoarseField(Downsample.Strided(new ArrayField(truth, Side, Side), 4), Side / 4, Side / 4, PeriodicY: true, PeriodicX: true);
        var members = new TiledSampler(new SuperResolutionModel(model, learnt.Task, learnt.Statistics), settings, Device.Cpu).SampleWhole(coarse, [], frame);
        var (error, variance) = (0.0, 0.0);
        for (var i = 0; i < truth.Length; i++)
        {
            var mean = members.Average(member => member[i]);
            error += Math.Pow(truth[i] - mean, 2) * Members / (Members + 1);
            variance += members.Sum(member => Math.Pow(member[i] - mean, 2)) / (Members - 1);
        }

        return Math.Log(error / variance);
    }
}
