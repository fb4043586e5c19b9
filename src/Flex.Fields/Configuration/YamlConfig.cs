using System.Text;

namespace Flex.Fields.Configuration;

/// <summary>
/// Reads configurations: YAML whose keys are the properties of a C# record in snake_case. A key that the record does
/// not have is an error that names the nearest one; what is left out keeps the record's default.
/// </summary>
/// <example>
/// <code>
/// public sealed record TrainingConfig(string Data, int Steps = 3000, double LearningRate = 8e-4);
/// var config = YamlConfig.Load&lt;TrainingConfig&gt;("train.yaml", overrides: ["learning_rate=1e-3"]);
/// </code>
/// </example>
public static class YamlConfig
{
    /// <summary>The largest file that is read, in bytes.</summary>
    public const int MaximumBytes = 1 << 20;

    /// <summary>Reads a file.</summary>
    /// <typeparam name="T">A record.</typeparam>
    /// <param name="path">The file.</param>
    /// <param name="overrides">Settings that win over the file, each <c>key.sub=value</c> (the option <c>--set</c>).</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="InputException">The file cannot be read, or a key or value is wrong.</exception>
    public static T Load<T>(string path, IEnumerable<string>? overrides = null)
        where T : class => Parse<T>(ReadText(path), path, overrides);

    /// <summary>Reads a text.</summary>
    /// <typeparam name="T">A record.</typeparam>
    /// <param name="text">YAML.</param>
    /// <param name="source">The name that messages give the text.</param>
    /// <param name="overrides">Settings that win over the text, each <c>key.sub=value</c>.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="InputException">A key or value is wrong.</exception>
    public static T Parse<T>(string text, string source, IEnumerable<string>? overrides = null)
        where T : class
    {
        var root = YamlReader.Read(text, source);
        foreach (var setting in overrides ?? [])
        {
            root = ConfigOverride.Apply(root, setting);
        }

        return (T)ConfigBinder.Bind(root, typeof(T), path: "", isNullable: false)!;
    }

    private static string ReadText(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            if (stream.Length > MaximumBytes)
            {
                throw new InputException($"cannot read {path}: {stream.Length} bytes is too much for a configuration; name a YAML file of at most {MaximumBytes}");
            }

            using var reader = new StreamReader(stream, Encoding.UTF8);
            return reader.ReadToEnd();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot read the configuration {path}: {Reason(e, path)}", e);
        }
    }

    private static string Reason(Exception e, string path) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => "there is no such file",
        UnauthorizedAccessException when Directory.Exists(path) => "it is a folder; name a YAML file",
        UnauthorizedAccessException => "permission denied",
        _ => e.Message,
    };
}
