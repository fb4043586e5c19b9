using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Flex.Torch.Logging;

/// <summary>
/// A log of one JSON object per line, each beginning with <c>"step"</c> and visible to readers once written. A resumed run
/// cuts the log back to its checkpoint first, so that no step is there twice.
/// </summary>
public sealed class JsonLinesWriter : IDisposable
{
    private const string StepKey = "step";

    // Training can produce NaN, which JSON writes as text.
    private static readonly JsonSerializerOptions Options = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    private readonly FileStream file;

    private JsonLinesWriter(FileStream file) => this.file = file;

    /// <summary>Starts an empty log, over an old one where there is one.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The log.</returns>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static JsonLinesWriter Create(string path) => new(Open(path, FileMode.Create));

    /// <summary>
    /// Goes on with a log: keeps its lines up to the first that is incomplete or belongs to a step after
    /// <paramref name="lastStep"/>.
    /// </summary>
    /// <param name="path">The file; created when missing.</param>
    /// <param name="lastStep">The last step that the checkpoint holds.</param>
    /// <returns>The log.</returns>
    /// <exception cref="InputException">The file cannot be read or written.</exception>
    public static JsonLinesWriter Resume(string path, long lastStep)
    {
        var file = Open(path, FileMode.OpenOrCreate);
        var length = LengthThrough(file, lastStep);
        file.SetLength(length);
        file.Position = length;
        return new JsonLinesWriter(file);
    }

    /// <summary>Appends a line.</summary>
    /// <param name="step">The training step; never less than the line before had.</param>
    /// <param name="values">
    /// What to log: a dictionary, or an object whose properties are written in snake_case, such as
    /// <c>new { Loss = 0.1, LearningRate = 1e-4 }</c>.
    /// </param>
    public void Write(long step, object values)
    {
        var line = JsonSerializer.SerializeToNode(values, Options) as JsonObject
            ?? throw new ArgumentException("a line of the log is a JSON object", nameof(values));
        line.Insert(0, StepKey, step);
        JsonSerializer.Serialize(file, line, Options);
        file.WriteByte((byte)'\n');
        file.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private static FileStream Open(string path, FileMode mode)
    {
        try
        {
            return new FileStream(path, mode, FileAccess.ReadWrite, FileShare.Read);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot write {path}: {e.Message}", e);
        }
    }

    private static long LengthThrough(FileStream file, long lastStep)
    {
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        var kept = 0;
        while (bytes.AsSpan(kept).IndexOf((byte)'\n') is >= 0 and var length
            && StepOf(bytes.AsMemory(kept, length)) <= lastStep)
        {
            kept += length + 1;
        }

        return kept;
    }

    /// <summary>The step of a line, or null where the line is no object with a step.</summary>
    private static long? StepOf(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty(StepKey, out var step)
                && step.ValueKind == JsonValueKind.Number && step.TryGetInt64(out var value)
                ? value
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
