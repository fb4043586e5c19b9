using BenchmarkDotNet.Attributes;
using Flex.Fields.Solvers;

namespace Flex.Benchmarks;

/// <summary>A step of the turbulence solver, and one evaluation of its transforms alone, of which a step has four.</summary>
public class SolverBenchmarks
{
    private VorticitySolver<float> _solver = null!;
    private PairTransform<float> _transform = null!;

    [Params(256, 512, 1024)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        var grid = new SpectralGrid(Size);
        _solver = new VorticitySolver<float>(grid, new FlowParameters(Viscosity: 1e-4));
        new KraichnanSpectrum().Fill(_solver.Vorticity, seed: 1);
        _transform = new PairTransform<float>(grid);
    }

    [Benchmark]
    public void Step() => _solver.Step(1e-4);

    [Benchmark]
    public void Transforms()
    {
        _transform.Synthesize((_, _, _) => { });
        _transform.VisitPointsAndReturn((_, _, _) => { });
        _transform.Analyze((_, _, _) => { });
    }
}
