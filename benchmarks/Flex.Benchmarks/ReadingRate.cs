using System.Diagnostics;
using System.Globalization;
using Flex.Fields.DataSets;

namespace Flex.Benchmarks;

/// <summary>How fast one of several ranks reads its share of the training patches from files, of which nothing is kept in memory; there is no network.</summary>
internal static class ReadingRate
{
    private const int Batch = 8, Patch = 64;

    /// <summary>Reads for a while and prints patches per second.</summary>
    /// <param name="args">RANK, SIZE, SECONDS and the files.</param>
    public static void Run(string[] args)
    {
        var (rank, size) = (int.Parse(args[0], CultureInfo.InvariantCulture), int.Parse(args[1], CultureInfo.InvariantCulture));
        var time = TimeSpan.FromSeconds(double.Parse(args[2], CultureInfo.InvariantCulture));
        var config = new DataConfig { Files = args[3..], Variable = "w", Factor = 4, Patch = Patch, Periodic = [FieldAxis.Y, FieldAxis.X], Cache = SnapshotCache.None };
        var statistics = new DataStatistics
        {
            Mean = 0,
            Std = 1,
            ResidualRms = 1,
            ResidualScale = new ResidualScale { Kind = ResidualScaleKind.Global, Unit = 1 },
        };
        using var data = SuperResolutionData.Open(config, ".", statistics);

        // As BatchShare divides a batch.
        var (first, end) = (Batch * rank / size, Batch * (rank + 1) / size);
        using var loader = new PrefetchingLoader(data.Sampler(seed: 1), end - first, first, stride: Batch);
        long patches = 0;
        loader.Next();
        var start = Stopwatch.GetTimestamp();
        for (; Stopwatch.GetElapsedTime(start) < time; patches += end - first)
        {
            loader.Next();
        }

        var rate = patches / Stopwatch.GetElapsedTime(start).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rate:0.0} patches/s, {rate * Patch * Patch * sizeof(float) / 1e6:0.00} MB/s"));
    }
}
