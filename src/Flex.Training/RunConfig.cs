using System.Text;
using Flex.Fields.Configuration;
using Flex.IO;

namespace Flex.Training;

/// <summary>The configuration of a run folder: written by the first start, the same for every later one.</summary>
public static class RunConfig
{
    /// <summary>Starts or resumes a run.</summary>
    /// <typeparam name="T">The configuration's record.</typeparam>
    /// <param name="run">The run folder.</param>
    /// <param name="config">The resolved configuration.</param>
    /// <param name="resume">Whether a run in the folder goes on; without one it starts.</param>
    /// <exception cref="InputException">The folder holds a run and is not to be resumed, or the configuration is another.</exception>
    public static void Begin<T>(RunFolder run, T config, bool resume)
        where T : TrainerConfig
    {
        ArgumentNullException.ThrowIfNull(run);
        if (!File.Exists(run.Config) && run.Checkpoints().Count == 0)
        {
            AtomicFile.Write(run.Config, stream => stream.Write(Encoding.UTF8.GetBytes(ConfigPrinter.ToYaml(config))));
        }
        else if (!resume)
        {
            throw new InputException($"the folder {run.Path} holds a run already; continue it with --resume, or choose another --out");
        }
        else
        {
            RequireSame(YamlConfig.Load<T>(run.Config), config, run.Config);
        }
    }

    private static void RequireSame(TrainerConfig before, TrainerConfig now, string path)
    {
        var (was, wanted) = (Lines(before), Lines(now));
        var i = Enumerable.Range(0, Math.Min(was.Length, wanted.Length)).FirstOrDefault(i => was[i] != wanted[i], -1);
        if (i >= 0 || was.Length != wanted.Length)
        {
            throw new InputException($"the run was started with another configuration ({path}): "
                + $"it has '{was[Math.Max(i, 0)].Trim()}' where this one has '{wanted[Math.Max(i, 0)].Trim()}'; resume with the same or choose another --out");
        }
    }

    /// <summary>The configuration as a model keeps it, which is used on other machines: without what belongs to this one.</summary>
    /// <param name="config">The configuration.</param>
    /// <returns>YAML.</returns>
    internal static string Portable(TrainerConfig config) => ConfigPrinter.ToYaml(Elsewhere(config));

    /// <summary>What decides the result: all settings but where it is computed and how often it is saved.</summary>
    /// <param name="config">The configuration.</param>
    /// <returns>YAML.</returns>
    public static string Essence(TrainerConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return ConfigPrinter.ToYaml(Elsewhere(config.Resolve()) with { Keep = 1, CheckpointEvery = new CheckpointConfig() });
    }

    // How a machine goes about it, which changes nothing in the result.
    private static TrainerConfig Elsewhere(TrainerConfig config) =>
        config with { Threads = 0, LoaderThreads = 1, Device = "cpu", ActivationCheckpointing = false };

    private static string[] Lines(TrainerConfig config) => Essence(config).Split('\n');
}
