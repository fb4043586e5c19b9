using System.Text;
using System.Text.Json;
using Flex.IO;

namespace Flex.Training;

/// <summary>
/// The history of a run as JSON lines: <c>{"step":20,"loss":0.31,…}</c>. A line is on disk as soon as it is written;
/// after a kill, lines beyond the checkpoint that the run goes on from are removed.
/// </summary>
public sealed class MetricLog : IDisposable
{
    private readonly FileStream _stream;

    /// <summary>Opens the log.</summary>
    /// <param name="path">The file; it may exist.</param>
    /// <param name="lastStep">The step that the run goes on from: later lines are removed.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public MetricLog(string path, long lastStep)
    {
        try
        {
            var lines = File.Exists(path) ? File.ReadAllLines(path) : [];
            var kept = lines.Where(line => StepOf(line) is { } step && step <= lastStep).ToList();
            AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(string.Concat(kept.Select(line => line + "\n")))));
            _stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot write {path}: {e.Message}; choose another --out", e);
        }
    }

    /// <summary>Writes a line.</summary>
    /// <param name="step">The steps made.</param>
    /// <param name="values">What was measured.</param>
    public void Write(long step, IEnumerable<(string Name, double Value)> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("step", step);
            foreach (var (name, value) in values)
            {
                json.WriteNumber(name, value);
            }

            json.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        _stream.Write(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)); // one call: a line is there or not
    }

    /// <summary>Makes the lines survive a power cut.</summary>
    public void Sync() => _stream.Flush(flushToDisk: true);

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    // A line that a kill cut off is no JSON and goes.
    private static long? StepOf(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.TryGetProperty("step", out var step) && step.TryGetInt64(out var value) ? value : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
