using System.Diagnostics;
using Flex.Fields.Solvers;

namespace Flex.Cli.Bench;

/// <summary>The cost of a step of the turbulence solver.</summary>
/// <param name="Size">Points in each direction.</param>
/// <param name="Step">Seconds of a step.</param>
/// <param name="Transforms">Seconds of its Fourier transforms alone: four stages of two real fields to the grid and two back.</param>
public sealed record SolverCost(int Size, double Step, double Transforms)
{
    // Of the fourth-order Runge–Kutta method.
    private const int Stages = 4;

    // A single step is too short to be timed alone.
    private const int StepsPerTurn = 10;

    // Until the runtime has replaced the code that it compiled in haste, which is five times slower.
    private const int WarmUpTurns = 10;

    /// <summary>Step over transforms.</summary>
    public double Ratio => Step / Transforms;

    /// <summary>Measures steps and transforms in turn, once both are warm.</summary>
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
        for (var i = 0; i < WarmUpTurns + turns; i++)
        {
            var step = Seconds(() => solver.Step(1e-4));
            var alone = Seconds(() => Transform(transform));
            if (i >= WarmUpTurns)
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
        for (var i = 0; i < StepsPerTurn; i++)
        {
            work();
        }

        return clock.Elapsed.TotalSeconds / StepsPerTurn;
    }
}
