using System.Text.Json;
using System.Text.Json.Serialization;
using Flex.Diffusion.Calibration;
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

    private static readonly TaskKeys SuperResolution = new("superres", "data_statistics", "superres_spread", "superres_symmetries");
    private static readonly TaskKeys Forecast = new("forecast", "forecast_statistics", "forecast_spread", "forecast_symmetries");

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>Writes a model, atomically.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">The model.</param>
    /// <param name="provenance">How its weights came about.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Save(string path, DiffusionModel model, IReadOnlyDictionary<string, string> provenance)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(provenance);
        var metadata = new Dictionary<string, string>(provenance)
        {
            [FormatKey] = FormatVersion,
            [ConfigKey] = JsonSerializer.Serialize(model.Config, Options),
        };
        Describe(metadata, model.Tasks);
        SafeTensors.Write(path, model.Backbone.NamedState().Select(s => KeyValuePair.Create(s.Name, s.Value.ToData())), metadata);
    }

    /// <summary>Writes a model again with the same weights and provenance and another description of its tasks, atomically.</summary>
    /// <param name="source">The model.</param>
    /// <param name="target">The new file; may be the same.</param>
    /// <param name="tasks">The description.</param>
    /// <exception cref="InputException">The model cannot be read, or the file cannot be written.</exception>
    public static void Describe(string source, string target, ModelTasks tasks)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        var file = SafeTensors.Read(source);
        var metadata = new Dictionary<string, string>(file.Metadata);
        Describe(metadata, tasks);
        SafeTensors.Write(target, file.Tensors, metadata);
    }

    /// <summary>Reads what a model does; its weights stay where they are.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its tasks, at least one.</returns>
    /// <exception cref="InputException">It is missing, damaged or no model.</exception>
    public static ModelTasks ReadTasks(string path) => Tasks(SafeTensors.ReadHeader(path).Metadata, path);

    /// <summary>Reads a model.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tasks">The description of its tasks in the place of the file's; null is the file's.</param>
    /// <returns>The model, ready for inference.</returns>
    /// <exception cref="InputException">It is missing, damaged or no model.</exception>
    public static DiffusionModel Load(string path, ModelTasks? tasks = null)
    {
        var file = SafeTensors.Read(path);
        tasks ??= Tasks(file.Metadata, path);
        var model = new DiffusionModel(Parse<ModelConfig>(file.Metadata, ConfigKey, path), tasks);
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

    /// <summary>Reads a model that super-resolves.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The model, ready for inference.</returns>
    /// <exception cref="InputException">It is missing, damaged, no model, or one of another task.</exception>
    public static SuperResolutionModel LoadSuperResolution(string path)
    {
        var model = Load(path);
        return model.Tasks.SuperResolution is { } learnt
            ? new SuperResolutionModel(model, learnt.Task, learnt.Statistics)
            : throw OfAnotherTask(model, $"{path} is a model of another task: it does not super-resolve; choose one trained for super-resolution");
    }

    /// <summary>Reads a model that forecasts.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The model, ready for inference.</returns>
    /// <exception cref="InputException">It is missing, damaged, no model, or one of another task.</exception>
    public static ForecastModel LoadForecast(string path)
    {
        var model = Load(path);
        return model.Tasks.Forecast is { } learnt
            ? new ForecastModel(model, learnt.Task, learnt.Statistics)
            : throw OfAnotherTask(model, $"{path} is a model of another task: it does not forecast; choose one trained for forecasting");
    }

    private static ModelTasks Tasks(IReadOnlyDictionary<string, string> metadata, string path)
    {
        if (!metadata.TryGetValue(FormatKey, out var format))
        {
            throw new InputException($"{path} is no model file: its metadata has no '{FormatKey}'; use a file that 'flex train' or 'flex import' wrote");
        }

        if (format != FormatVersion)
        {
            throw new InputException($"{path} has the model format {format}; this program reads {FormatVersion}");
        }

        var tasks = new ModelTasks(
            Read<SuperResolutionTask>(metadata, SuperResolution, path),
            Read<ForecastTask>(metadata, Forecast, path));
        return tasks.Kinds.Length > 0
            ? tasks
            : throw new InputException($"{path} does not say what the model does (neither '{SuperResolution.Task}' nor '{Forecast.Task}' in its metadata): use a file that 'flex train' or 'flex import' wrote");
    }

    private static InputException OfAnotherTask(DiffusionModel model, string message)
    {
        model.Dispose();
        return new InputException(message);
    }

    private static void Describe(Dictionary<string, string> metadata, ModelTasks tasks)
    {
        Describe(metadata, SuperResolution, tasks.SuperResolution);
        Describe(metadata, Forecast, tasks.Forecast);
    }

    private static void Describe<T>(Dictionary<string, string> metadata, TaskKeys keys, Learnt<T>? learnt)
    {
        if (learnt is null)
        {
            return;
        }

        metadata[keys.Task] = JsonSerializer.Serialize(learnt.Task, Options);
        metadata[keys.Statistics] = learnt.Statistics.ToJson();
        metadata.Remove(keys.Spread);
        metadata.Remove(keys.Symmetries);
        if (learnt.Spread is { } spread)
        {
            metadata[keys.Spread] = JsonSerializer.Serialize(spread, Options);
        }

        if (learnt.Symmetries != SymmetryGroup.None)
        {
            metadata[keys.Symmetries] = JsonSerializer.Serialize(learnt.Symmetries, Options);
        }
    }

    private static Learnt<T>? Read<T>(IReadOnlyDictionary<string, string> metadata, TaskKeys keys, string path) => metadata.ContainsKey(keys.Task)
        ? new Learnt<T>(Parse<T>(metadata, keys.Task, path), DataStatistics.Parse(metadata, keys.Statistics, path))
        {
            Spread = metadata.ContainsKey(keys.Spread) ? Parse<SpreadCorrection>(metadata, keys.Spread, path) : null,
            Symmetries = metadata.ContainsKey(keys.Symmetries) ? Parse<SymmetryGroup>(metadata, keys.Symmetries, path) : SymmetryGroup.None,
        }
        : null;

    private static T Parse<T>(IReadOnlyDictionary<string, string> metadata, string key, string path)
    {
        try
        {
            return metadata.TryGetValue(key, out var json) && JsonSerializer.Deserialize<T>(json, Options) is { } value
                ? value
                : throw new JsonException("it is missing");
        }
        catch (JsonException e)
        {
            throw new InputException($"'{key}' in the metadata of {path} is damaged ({e.Message}): use another copy of the model", e);
        }
    }

    // Where the description of a task is.
    private sealed record TaskKeys(string Task, string Statistics, string Spread, string Symmetries);
}
