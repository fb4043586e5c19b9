using Flex.Diffusion;
using Flex.Diffusion.Backbones;

namespace Flex.Cli.SuperResolution;

/// <summary>The folder <c>models/</c> with the models that ship.</summary>
internal static class ModelsFolder
{
    /// <summary>The launcher's variable with the folder of the installation.</summary>
    private const string HomeVariable = "FLEX_HOME";

    /// <summary>The model for a task: one that knows nothing else before one that does, the first by name.</summary>
    /// <param name="task">The task.</param>
    /// <returns>Its path; null when there is none.</returns>
    public static string? Find(TaskKind task) => Models()
        .Select(path => (Path: path, ModelFile.ReadTasks(path).Kinds))
        .Where(model => model.Kinds.Contains(task))
        .OrderBy(model => model.Kinds.Length).ThenBy(model => Path.GetFileNameWithoutExtension(model.Path), StringComparer.Ordinal)
        .Select(model => model.Path).FirstOrDefault();

    /// <summary>The model for super-resolution.</summary>
    /// <returns>Its path.</returns>
    /// <exception cref="InputException">There is none.</exception>
    public static string SuperResolution() => Find(TaskKind.SuperRes)
        ?? throw new InputException($"there is no super-resolution model in {Folder()}: train one with 'flex train configs/kt-512-x4-tiny.yaml --out RUN', or name one with --model");

    private static string Folder() => Path.Combine(Home(), "models");

    private static string[] Models() => Directory.Exists(Folder()) ? Directory.GetFiles(Folder(), "*.safetensors") : [];

    /// <summary>The folder of the installation; without the launcher the repository that this program was built in, or else where the user is.</summary>
    /// <returns>Its path.</returns>
    internal static string Home()
    {
        if (Environment.GetEnvironmentVariable(HomeVariable) is { Length: > 0 } home)
        {
            return home;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Flex.slnx")))
            {
                return folder.FullName;
            }
        }

        return Directory.GetCurrentDirectory();
    }
}
