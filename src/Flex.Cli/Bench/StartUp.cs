using System.Diagnostics;

namespace Flex.Cli.Bench;

/// <summary>
/// Measures how long the program takes before it works: a whole <c>flex superres</c> of one tile, from the start of the process to its end.
/// That includes one tile's work, so the first kernel runs sooner.
/// </summary>
internal static class StartUp
{
    /// <summary>Measures.</summary>
    /// <param name="model">A super-resolution model ×4 whose tiles have 64 cells.</param>
    /// <param name="runs">Processes that are started; the median counts.</param>
    /// <returns>Seconds.</returns>
    public static double Measure(string model, int runs)
    {
        var folder = Directory.CreateTempSubdirectory("flex-bench");
        try
        {
            string fine = Path.Combine(folder.FullName, "fine.nc"), coarse = Path.Combine(folder.FullName, "coarse.nc");
            OwnProgram.Run("simulate", "turbulence", "--size", "64", "--reynolds", "250", "--times", "0.1", "--out", fine);
            OwnProgram.Run("degrade", "--in", fine, "--out", coarse, "--factor", "4");
            return PairedRun.Median(Enumerable.Range(0, runs).Select(i =>
            {
                var clock = Stopwatch.StartNew();
                OwnProgram.Run("superres", "--model", model, "--in", coarse, "--out", Path.Combine(folder.FullName, $"answer{i}.nc"), "--steps", "1", "--overlap", "0");
                return clock.Elapsed.TotalSeconds;
            }));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
