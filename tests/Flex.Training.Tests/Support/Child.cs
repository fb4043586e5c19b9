using System.Diagnostics;

namespace Flex.Training.Tests.Support;

/// <summary>A process of this assembly that trains a toy in a folder, resuming what is there; for being killed.</summary>
internal static class Child
{
    public static TrainerConfig Config { get; } = ToyRun.Config with
    {
        Steps = 400,
        Accumulate = 2,
        ValidateEvery = 60,
        CheckpointEvery = new CheckpointConfig { Steps = 25, Minutes = 0 },
    };

    public static int Main(string[] args)
    {
        Train(args[0], pause: 3);
        return 0;
    }

    /// <summary>Trains; a pause of some milliseconds before each batch gives others time to interfere.</summary>
    public static void Train(string folder, int pause)
    {
        using var objective = new ToyObjective(hidden: 16, dropout: 0.2, jitter: 0.5);
        ToyRun.Train(folder, Config, objective, new ToyData(Config.Batch) { OnTraining = _ => Thread.Sleep(pause) }, resume: true);
    }

    public static Process Start(string folder) =>
        Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["exec", typeof(Child).Assembly.Location, folder]))!;
}
