namespace Flex.Cli.SuperResolution;

/// <summary>The folder <c>models/</c> with the models that ship.</summary>
internal static class ModelsFolder
{
    /// <summary>The launcher's variable with the folder of the installation.</summary>
    private const string HomeVariable = "FLEX_HOME";

    /// <summary>The first model by name.</summary>
    /// <returns>Its path.</returns>
    /// <exception cref="InputException">There is none.</exception>
    public static string First()
    {
        var folder = Path.Combine(Home(), "models");
        var models = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.safetensors").Order(StringComparer.Ordinal).ToArray() : [];
        return models is [var first, ..]
            ? first
            : throw new InputException($"there is no model in {folder}: train one with 'flex train configs/kt-512-x4-tiny.yaml --out RUN', or name one with --model");
    }

    // Without the launcher: the repository that this program was built in, or else where the user is.
    private static string Home()
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
