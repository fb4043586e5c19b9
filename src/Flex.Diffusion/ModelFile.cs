using System.Text.Json;
using System.Text.Json.Serialization;
using Flex.Fields.DataSets;
using Flex.Torch.Nn;
using Flex.Torch.State;

namespace Flex.Diffusion;

/// <summary>
/// A model file: weights as safetensors, with configuration, task, normalisation and provenance in its metadata, so
/// that it describes itself.
/// </summary>
public static class ModelFile
{
    private const string FormatKey = "flex_format";
    private const string FormatVersion = "1";
    private const string ConfigKey = "model";
    private const string TaskKey = "superres";

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>Writes a model, atomically.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">The model.</param>
    /// <param name="provenance">How its weights came about.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Save(string path, SuperResolutionModel model, IReadOnlyDictionary<string, string> provenance)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(provenance);
        var metadata = new Dictionary<string, string>(provenance)
        {
            [FormatKey] = FormatVersion,
            [ConfigKey] = JsonSerializer.Serialize(model.Config, Options),
            [TaskKey] = JsonSerializer.Serialize(model.Task, Options),
        };
        model.Statistics.WriteTo(metadata);
        SafeTensors.Write(path, model.Backbone.NamedState().Select(s => KeyValuePair.Create(s.Name, s.Value.ToData())), metadata);
    }

    /// <summary>Reads a super-resolution model.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The model, ready for inference.</returns>
    /// <exception cref="InputException">It is missing, damaged, no model, or one of another task.</exception>
    public static SuperResolutionModel Load(string path)
    {
        var file = SafeTensors.Read(path);
        if (!file.Metadata.TryGetValue(FormatKey, out var format))
        {
            throw new InputException($"{path} is no model file: its metadata has no '{FormatKey}'; use a file that 'flex train' or 'flex import' wrote");
        }

        if (format != FormatVersion)
        {
            throw new InputException($"{path} has the model format {format}; this program reads {FormatVersion}");
        }

        if (!file.Metadata.ContainsKey(TaskKey))
        {
            throw new InputException($"{path} is a model of another task: it does not super-resolve; choose one trained for super-resolution");
        }

        var model = new SuperResolutionModel(
            Parse<ModelConfig>(file, ConfigKey, path), Parse<SuperResolutionTask>(file, TaskKey, path), DataStatistics.ReadFrom(file.Metadata, path));
        try
        {
            model.Backbone.Load(file.Tensors, path);
            model.Backbone.RequiresGrad(false);
            model.Backbone.Eval();
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private static T Parse<T>(StateFile file, string key, string path)
    {
        try
        {
            return file.Metadata.TryGetValue(key, out var json) && JsonSerializer.Deserialize<T>(json, Options) is { } value
                ? value
                : throw new JsonException("it is missing");
        }
        catch (JsonException e)
        {
            throw new InputException($"'{key}' in the metadata of {path} is damaged ({e.Message}): use another copy of the model", e);
        }
    }
}
