using Flex.Torch;

namespace Flex.Cli.Bench;

/// <summary>What <c>flex bench</c> measures.</summary>
/// <param name="Works">What is compared with the peer.</param>
/// <param name="Pairs">Turns of each contender.</param>
/// <param name="Profiled">The works whose time is divided among operators.</param>
/// <param name="SolverSize">Points of the solver's grid in each direction; 0 for nothing that only the processor does.</param>
/// <param name="Repeats">Runs of everything else.</param>
internal sealed record BenchPlan(IReadOnlyList<WorkSpec> Works, int Pairs, IReadOnlyList<WorkSpec> Profiled, int SolverSize, int Repeats)
{
    /// <summary>Whether it is the processor that is measured.</summary>
    public bool IsOfProcessor => SolverSize > 0;

    /// <summary>The table of the documentation.</summary>
    /// <param name="pairs">Turns of each contender.</param>
    /// <returns>The plan.</returns>
    public static BenchPlan Full(int pairs)
    {
        var training = new WorkSpec { IsTraining = true };
        var sampling = new WorkSpec { Members = 8 };
        return new BenchPlan(
            [training, training with { Size = "tiny", Batch = 8 }, sampling, new WorkSpec { Image = 128, Batch = 1 }],
            pairs,
            [training, sampling],
            SolverSize: 512,
            Repeats: 5);
    }

    /// <summary>The table for a GPU, in the program's precisions beside the peer's defaults and its autocast; nothing of the processor.</summary>
    /// <param name="device">cuda, cuda:1, …</param>
    /// <param name="pairs">Turns of each contender.</param>
    /// <returns>The plan.</returns>
    public static BenchPlan Gpu(string device, int pairs)
    {
        var training = new WorkSpec { IsTraining = true, Image = 256, Batch = 16, Device = device };
        var sampling = training with { IsTraining = false, Members = 8 };
        var small = new WorkSpec { Size = "tiny", Image = 64, Batch = 16, Members = 8, Device = device };
        return new BenchPlan(
            [
                .. from work in new[] { training, sampling, small, small with { IsTraining = true, Batch = 64 } }
                   from precision in new[] { Precision.Tf32, Precision.Bf16 }
                   select work with { Precision = precision },
            ],
            pairs,
            [],
            SolverSize: 0,
            Repeats: 5);
    }

    /// <summary>The same kinds of work at sizes that take seconds, to see that everything runs; the numbers mean nothing.</summary>
    /// <returns>The plan.</returns>
    public static BenchPlan Quick()
    {
        var training = new WorkSpec { IsTraining = true, Size = "tiny", Image = 32, Batch = 2 };
        return new BenchPlan([training, training with { IsTraining = false }], Pairs: 2, [training], SolverSize: 64, Repeats: 1);
    }
}
