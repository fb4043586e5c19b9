using Flex.Fields.Solvers;
using Flex.Torch;

namespace Flex.Fields.DataSets;

/// <summary>The runs of one part of a data set: every Reynolds number with every seed.</summary>
public sealed record KraichnanSplit
{
    /// <summary>Nominal Reynolds numbers.</summary>
    public IReadOnlyList<double> Reynolds { get; init; } = [];

    /// <summary>Seeds.</summary>
    public IReadOnlyList<ulong> Seeds { get; init; } = [];
}

/// <summary>
/// KT-N, "Kraichnan turbulence": decaying turbulence on N² grids. A nominal Reynolds number belongs to
/// <see cref="NominalSize"/>; on N² the run has Re_N = Re·(N/NominalSize)², so that all sizes are equally well resolved.
/// </summary>
public sealed record KraichnanDataSet
{
    /// <summary>Grid points in each direction, N.</summary>
    public required int Size { get; init; }

    /// <summary>The grid on which the nominal Reynolds numbers are meant.</summary>
    public int NominalSize { get; init; } = 2048;

    /// <summary>Output times, FIRST:LAST:INTERVAL or a list.</summary>
    public string Times { get; init; } = "0.5:3:0.025";

    /// <summary>k_p of the initial spectrum.</summary>
    public double PeakWavenumber { get; init; } = 10;

    /// <summary>Courant number of the adaptive time step.</summary>
    public double Courant { get; init; } = VorticitySolver<double>.DefaultCourant;

    /// <summary>Float64 or Float32, the precision of the computation.</summary>
    public ScalarType Precision { get; init; } = ScalarType.Float64;

    /// <summary>The runs to train on.</summary>
    public KraichnanSplit Train { get; init; } = new();

    /// <summary>The runs to choose a model by.</summary>
    public KraichnanSplit Valid { get; init; } = new();

    /// <summary>The runs to judge a model by.</summary>
    public KraichnanSplit Test { get; init; } = new();

    /// <summary>All runs, those to train on first.</summary>
    /// <exception cref="InputException">A setting is out of range.</exception>
    public IReadOnlyList<KraichnanRun> Runs()
    {
        if (NominalSize <= 0)
        {
            throw new InputException($"the nominal size is {NominalSize}: give a positive number of grid points");
        }

        var times = OutputTimes.Parse(Times);
        KraichnanRun[] runs =
        [
            .. from part in new[] { (Name: "train", Split: Train), (Name: "valid", Split: Valid), (Name: "test", Split: Test) }
               from seed in part.Split.Seeds
               from reynolds in part.Split.Reynolds
               select Run(part.Name, reynolds, seed, times),
        ];
        return runs.GroupBy(run => run.File).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw new InputException($"the data set has the run {twice.Key} twice: list every Reynolds number and seed once")
            : runs;
    }

    private KraichnanRun Run(string part, double nominal, ulong seed, OutputTimes times)
    {
        var ratio = (double)Size / NominalSize;
        var reynolds = nominal * ratio * ratio;
        var settings = new SimulationSettings
        {
            Size = Size,
            Reynolds = reynolds,
            NominalReynolds = nominal,
            Seed = seed,
            Times = times,
            PeakWavenumber = PeakWavenumber,
            Courant = Courant,
            Precision = Precision,
        };
        return new KraichnanRun(Path.Combine(part, FormattableString.Invariant($"re{reynolds}_seed{seed}.nc")), settings);
    }
}

/// <summary>One run of a data set.</summary>
/// <param name="File">Its file, relative to the data set's folder.</param>
/// <param name="Settings">What is simulated.</param>
public sealed record KraichnanRun(string File, SimulationSettings Settings);
