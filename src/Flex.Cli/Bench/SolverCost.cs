using System.Diagnostics;
using Flex.Fields.Solvers;

namespace Flex.Cli.Bench;

/// <summary>The cost of a step of the turbulence solver.</summary>
/// <param name="Size">Points in each direction.</param>
/// <param name="Step">Seconds of a step.</param>
/// <param name="Transforms">Seconds of its Fourier transforms alone.</param>
public sealed record SolverCost(int Size, double Step, double Transforms)
{
    // Of the fourth-order Runge–Kutta method.
    private const int Stages = 4;

    /// <summary>Step over transforms.</summary>
    public double Ratio => Step / Transforms;

    /// <summary>Measures, step and transforms in turn.</summary>
    /// <param name="size">Points in each direction.</param>
    /// <param name="turns">Turns of each; the medians count.</param>
    /// <returns>The cost.</returns>
    public static SolverCost Measure(int size, int turns)
    {
        var grid = new SpectralGrid(size);
        var solver = new VorticitySolver<float>(grid, new FlowParameters(Viscosity: 1e-4));
        new KraichnanSpectrum().Fill(solver.Vorticity, seed: 1);
        var transform = new PairTransform<float>(grid);
        var (steps, transforms) = (new List<double>(), new List<double>());
        for (var i = 0; i <= turns; i++)
        {
            var step = Seconds(() => solver.Step(1e-4));
            var alone = Seconds(() => Transform(transform));
            if (i > 0)
            {
                steps.Add(step);
                transforms.Add(alone);
            }
        }

        return new SolverCost(size, PairedRun.Median(steps), PairedRun.Median(transforms));
    }

    private static void Transform(PairTransform<float> transform)
    {
        for (var stage = 0; stage < Stages; stage++)
        {
            transform.Synthesize((_, _, _) => { });
            transform.VisitPointsAndReturn((_, _, _) => { });
            transform.Analyze((_, _, _) => { });
        }
    }

    private static double Seconds(Action work)
    {
        var clock = Stopwatch.StartNew();
        work();
        return clock.Elapsed.TotalSeconds;
    }
}
