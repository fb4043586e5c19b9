using BenchmarkDotNet.Attributes;
using Flex.Diffusion;
using Flex.Diffusion.Tiling;
using Flex.Fields.DataSets;
using Flex.Fields.Grids;
using Flex.Fields.Resampling;
using Flex.Torch;

namespace Flex.Benchmarks;

/// <summary>Tiled super-resolution of a 256² field with a network so small that cutting, noise and blending of tiles weigh in.</summary>
public class TilingBenchmarks
{
    private readonly float[] _values = new float[64 * 64];
    private SuperResolutionModel _model = null!;

    [Params(0, 8)]
    public int Overlap { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        using var noise = Numbers.Normal(1, 64, 64);
        noise.AsSpan<float>().CopyTo(_values);
        var task = new SuperResolutionTask
        {
            Variable = "w",
            Factor = 4,
            Patch = 16,
            Interpolation = Interpolation.Bicubic,
            Registration = Registration.Node,
        };
        var statistics = new DataStatistics
        {
            Mean = 0,
            Std = 1,
            ResidualRms = 1,
            ResidualScale = new ResidualScale { Kind = ResidualScaleKind.Global, Unit = 1 },
        };
        _model = new SuperResolutionModel(new ModelConfig { ModelChannels = [32], ResBlocks = [1], Depth = 1, Heads = 1 }, task, statistics);
        _model.Backbone.Initialize(1);
        _model.Backbone.Eval();
    }

    [Benchmark]
    public float[][] Sample() => new TiledSampler(_model, new SamplingSettings { Overlap = Overlap }, Device.Cpu)
        .SampleWhole(new CoarseField(_values, 64, 64, PeriodicY: true, PeriodicX: true), [], frame: 0);
}
