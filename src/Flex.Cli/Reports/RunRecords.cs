using System.CommandLine;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using Flex.Cli.Info;
using Flex.Cli.SuperResolution;
using Flex.Diffusion;
using Flex.Diffusion.Backbones;
using Flex.Diffusion.Tiling;
using Flex.Evaluation.Figures;
using Flex.Evaluation.Reports;
using Flex.Fields.NetCdf;
using Flex.Torch;
using Flex.Torch.State;

namespace Flex.Cli.Reports;

/// <summary>Collects what a report says about how it was made.</summary>
internal static class RunRecords
{
    /// <summary>The record of one judgement.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="model">The model's file.</param>
    /// <param name="settings">How answers were drawn.</param>
    /// <param name="data">The data files, each with a word about it.</param>
    /// <param name="device">Where the model ran.</param>
    /// <returns>The record.</returns>
    /// <exception cref="InputException">The model's file cannot be read.</exception>
    public static RunRecord Of(ParseResult parsed, string model, SamplingSettings settings, IEnumerable<string> data, string device) => new(
        CommandLine(parsed), Model(model), SafeTensors.ReadHeader(model).Metadata, [.. data.Select(File)], Sampling(settings, device), Versions());

    /// <summary>The log of the run that trained a model, where it lies beside the model: MODEL.jsonl, or metrics.jsonl in a run's folder.</summary>
    /// <param name="model">The model's file.</param>
    /// <returns>The curves; null when there is no log, or none that can be read.</returns>
    public static TrainingCurves? Training(string model)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(model))!;
        string[] logs = [Path.ChangeExtension(model, ".jsonl"), Path.Combine(folder, TrainingCurves.FileName)];
        try
        {
            return logs.FirstOrDefault(System.IO.File.Exists) is { } log ? TrainingCurves.Read(log) : null;
        }
        catch (InputException)
        {
            // A log that happens to lie there is no part of what was asked for.
            return null;
        }
    }

    /// <summary>What a model is called in tables and pictures.</summary>
    /// <param name="model">The model.</param>
    /// <returns>"FLEX", "U-Net, regression" …</returns>
    public static string Name(DiffusionModel model)
    {
        var backbone = model.Config.Backbone switch { BackboneKind.Unet => "U-Net", BackboneKind.Uvit => "U-ViT", _ => "FLEX" };
        return model.Config.Method == GenerationMethod.Regression ? $"{backbone}, regression" : backbone;
    }

    /// <summary>What the colours of a picture mean: "vorticity w", with the unit where there is one.</summary>
    /// <param name="path">A data file.</param>
    /// <param name="variable">Its variable; of several the first is drawn.</param>
    /// <returns>The label.</returns>
    /// <exception cref="InputException">The file cannot be read.</exception>
    public static string Label(string path, string variable)
    {
        using var series = SeriesGroup.Open(path, variable, new SeriesSelection());
        var field = series.First.Field.Variable;
        var name = field.Attributes.TryGetValue("long_name", out var words) && words.Text is { Length: > 0 } text ? $"{text} {field.Name}" : field.Name;
        return field.Units is { } unit and not ("" or "1") ? $"{name} [{unit}]" : name;
    }

    private static string CommandLine(ParseResult parsed) =>
        string.Join(' ', parsed.Tokens.Select(token => Quoted(token.Value)).Prepend("flex"));

    // As a shell would take it.
    private static string Quoted(string word) => word.Length > 0 && word.All(c => char.IsLetterOrDigit(c) || "-_./,:=+%@×".Contains(c, StringComparison.Ordinal))
        ? word
        : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static (string Name, string Value)[] Model(string path)
    {
        var info = StateInfo.Read(path);
        return
        [
            ("file", path),
            ("SHA-256", Provenance.Hash(path)),
            ("size", Say($"{info.Bytes / 1e6:0.0} MB, {info.Elements / 1e6:0.00} million parameters in {info.Tensors.Count} tensors")),
        ];
    }

    private static (string Name, string Value) File(string path)
    {
        using var file = FieldFile.Open(path);
        var words = file.Attributes.TryGetValue("title", out var title) ? $", {title.Text}" : "";
        return (path, Say($"{new FileInfo(path).Length / 1e6:0.0} MB{words}"));
    }

    private static (string Name, string Value)[] Sampling(SamplingSettings settings, string device) =>
    [
        ("steps N", Say($"{settings.Sampler.Steps}")),
        ("ancestral noise η", Say($"{settings.Sampler.Eta}")),
        ("members M", Say($"{settings.Members}")),
        ("correction of the spread", settings.CorrectSpread ? "where the model has one" : "none"),
        ("orientations", settings.Turned ? "random, where the model says under which symmetries it was trained" : "the field's own"),
        ("seed", Say($"{settings.Seed}")),
        ("overlap of tiles", settings.Overlap is { } overlap ? Say($"{overlap} cells") : "half a tile"),
        ("tiles a batch", Say($"{settings.Batch}")),
        ("device", device),
    ];

    private static (string Name, string Value)[] Versions() =>
    [
        ("flex", typeof(RunRecords).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown"),
        ("libtorch", Say($"{Engine.TorchVersion}, {Engine.Threads} threads")),
        ("netCDF", NetCdfLibrary.Version),
        (".NET", Say($"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} processors")),
    ];

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
