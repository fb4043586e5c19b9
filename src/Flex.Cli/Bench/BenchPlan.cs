namespace Flex.Cli.Bench;

/// <summary>What <c>flex bench</c> measures.</summary>
/// <param name="Works">What is compared with the peer.</param>
/// <param name="Pairs">Turns of each contender.</param>
/// <param name="Profiled">The works whose time is divided among operators.</param>
/// <param name="SolverSize">Points of the solver's grid in each direction.</param>
/// <param name="Repeats">Runs of everything else.</param>
internal sealed record BenchPlan(IReadOnlyList<WorkSpec> Works, int Pairs, IReadOnlyList<WorkSpec> Profiled, int SolverSize, int Repeats)
{
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

    /// <summary>The same kinds of work at sizes that take seconds, to see that everything runs; the numbers mean nothing.</summary>
    /// <returns>The plan.</returns>
    public static BenchPlan Quick()
    {
        var training = new WorkSpec { IsTraining = true, Size = "tiny", Image = 32, Batch = 2 };
        return new BenchPlan([training, training with { IsTraining = false }], Pairs: 2, [training], SolverSize: 64, Repeats: 1);
    }
}
