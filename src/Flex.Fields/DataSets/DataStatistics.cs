using System.Numerics.Tensors;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Flex.Fields.DataSets;

/// <summary>What normalisation needs to know of the training data; stored with the model.</summary>
public sealed record DataStatistics
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>Mean of the field, in its units.</summary>
    public required double Mean { get; init; }

    /// <summary>Standard deviation of the field, in its units; positive.</summary>
    public required double Std { get; init; }

    /// <summary>The rms of the residual over the training data, in units of the field.</summary>
    public required double ResidualRms { get; init; }

    /// <summary>What residuals are divided by.</summary>
    public required ResidualScale ResidualScale { get; init; }

    /// <summary>Number of snapshots that were measured.</summary>
    public int Snapshots { get; init; }

    /// <summary>The statistics of the second channel and those after it.</summary>
    public IReadOnlyList<DataStatistics> FurtherChannels { get; init; } = [];

    /// <summary>What zero is among normalised values, −mean/std.</summary>
    [JsonIgnore]
    public float Zero => (float)(-Mean / Std);

    /// <summary>The statistics of a channel.</summary>
    /// <param name="channel">0 … C − 1; 0 is this.</param>
    /// <returns>The statistics.</returns>
    public DataStatistics Of(int channel) => channel == 0 ? this : FurtherChannels[channel - 1];

    /// <summary>Normalises values of the field as training patches are, operation by operation.</summary>
    /// <param name="values">Values in units of the field; replaced by (v − mean)/std.</param>
    public void Normalise(Span<float> values)
    {
        TensorPrimitives.Multiply(values, (float)(1 / Std), values);
        TensorPrimitives.Add(values, Zero, values);
    }

    /// <summary>Puts those of single channels together.</summary>
    /// <param name="channels">One for each channel.</param>
    /// <returns>The first one, with the others.</returns>
    internal static DataStatistics Join(IReadOnlyList<DataStatistics> channels) => channels[0] with { FurtherChannels = [.. channels.Skip(1)] };

    /// <summary>The statistics as text, for a model's metadata.</summary>
    /// <returns>JSON.</returns>
    public string ToJson() => JsonSerializer.Serialize(this, Options);

    /// <summary>Reads the statistics from a model's metadata; they are bit for bit what was written.</summary>
    /// <param name="metadata">Text by key.</param>
    /// <param name="key">The key of the statistics.</param>
    /// <param name="path">The model file, for messages.</param>
    /// <exception cref="InputException">They are missing or damaged.</exception>
    public static DataStatistics Parse(IReadOnlyDictionary<string, string> metadata, string key, string path)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        if (!metadata.TryGetValue(key, out var json))
        {
            throw new InputException($"{path} does not say how its data were normalised (no '{key}' in its metadata): use a model that 'flex train' or 'flex import' wrote");
        }

        try
        {
            return JsonSerializer.Deserialize<DataStatistics>(json, Options) is { Std: > 0, ResidualScale.Unit: > 0 } statistics
                    && statistics.FurtherChannels.All(channel => channel is { Std: > 0, ResidualScale.Unit: > 0 })
                ? statistics
                : throw new JsonException("std and the residual scale must be positive");
        }
        catch (JsonException e)
        {
            throw new InputException($"'{key}' in the metadata of {path} is damaged ({e.Message}): use another copy of the model", e);
        }
    }
}
