using System.Globalization;
using System.Text.Json;

namespace Flex.Evaluation.Statistics;

/// <summary>The scores that <c>flex evaluate --json</c> wrote, case by case.</summary>
public sealed class EvaluationFile
{
    private EvaluationFile(string path, string model, IReadOnlyDictionary<JudgedCase, IReadOnlyDictionary<string, double>> scores) =>
        (Path, Model, Scores) = (path, model, scores);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The model's file name; empty where the file does not say.</summary>
    public string Model { get; }

    /// <summary>The scores of every case by their names: RFNE, mean RFNE, and of ensembles fair CRPS, energy score and spread/skill.</summary>
    public IReadOnlyDictionary<JudgedCase, IReadOnlyDictionary<string, double>> Scores { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its scores.</returns>
    /// <exception cref="InputException">There is no such file, or no evaluation in it.</exception>
    public static EvaluationFile Read(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = document.RootElement;
            var isForecast = root.TryGetProperty("forecasts", out var entries);
            var scores = (isForecast ? entries : root.GetProperty("fields")).EnumerateArray().ToDictionary(
                entry => isForecast ? ForecastOf(entry) : FieldOf(entry),
                IReadOnlyDictionary<string, double> (entry) => ScoresOf(entry, isForecast ? entry.GetProperty("errors") : entry));
            return scores.Count > 0
                ? new EvaluationFile(path, root.TryGetProperty("model", out var model) ? model.GetString() ?? "" : "", scores)
                : throw new InputException($"{path} holds no judged fields");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot read {path}: {e.Message}", e);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new InputException($"{path} is not what flex evaluate --json writes: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    private static JudgedCase FieldOf(JsonElement field) =>
        new(field.GetProperty("reynolds").GetDouble(), field.GetProperty("run").GetString()!, field.GetProperty("time").GetDouble(), 0);

    private static JudgedCase ForecastOf(JsonElement entry)
    {
        var forecast = entry.GetProperty("case");
        return new JudgedCase(
            forecast.GetProperty("reynolds").GetDouble(), forecast.GetProperty("run").GetString()!,
            forecast.GetProperty("start").GetDouble(), entry.GetProperty("lead").GetInt32());
    }

    private static Dictionary<string, double> ScoresOf(JsonElement entry, JsonElement errors)
    {
        var scores = new Dictionary<string, double>
        {
            ["RFNE"] = Number(errors, "rfne"),
            ["RFNE(mean)"] = Number(errors, "ensemble_mean_rfne"),
        };
        if (entry.TryGetProperty("ensemble", out var ensemble) && ensemble.ValueKind == JsonValueKind.Object)
        {
            scores["fair CRPS"] = Number(ensemble, "fair_crps");
            scores["energy score"] = Number(ensemble, "energy_score");
            scores["spread/skill"] = Number(ensemble, "spread_skill");
        }

        return scores;
    }

    /// <summary>A number, or the name of one that JSON has no digits for.</summary>
    private static double Number(JsonElement element, string name)
    {
        var value = element.GetProperty(name);
        return value.ValueKind == JsonValueKind.String
            ? double.Parse(value.GetString()!, CultureInfo.InvariantCulture)
            : value.GetDouble();
    }
}
