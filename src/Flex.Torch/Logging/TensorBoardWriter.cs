namespace Flex.Torch.Logging;

/// <summary>
/// Writes an event file that TensorBoard shows: <c>tensorboard --logdir FOLDER</c>. Field numbers are those of
/// event.proto and summary.proto of TensorFlow.
/// </summary>
public sealed class TensorBoardWriter : IDisposable
{
    private readonly TimeProvider time;
    private readonly FileStream file;

    /// <summary>Creates an event file of its own in the folder.</summary>
    /// <param name="folder">The folder, created when missing; event files of earlier runs stay.</param>
    /// <param name="time">The clock that stamps events and names the file.</param>
    /// <param name="resumeStep">
    /// For a resumed run, the first step that it will write: TensorBoard then hides what a run that was killed wrote from there on.
    /// </param>
    /// <exception cref="InputException">The folder cannot be written.</exception>
    public TensorBoardWriter(string folder, TimeProvider time, long? resumeStep = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        this.time = time;
        file = Create(folder, time.GetUtcNow().ToUnixTimeSeconds());
        Write(Event(0).Add(3, "brain.Event:2")); // file_version
        if (resumeStep is { } step)
        {
            const int Start = 1;
            Write(Event(step).Add(7, new ProtoMessage().Add(1, (long)Start))); // session_log.status
        }

        Flush();
    }

    /// <summary>The event file.</summary>
    public string Path => file.Name;

    /// <summary>Adds a point to a curve.</summary>
    /// <param name="tag">The curve's name; slashes group curves.</param>
    /// <param name="value">The value, stored in single precision.</param>
    /// <param name="step">The training step.</param>
    public void AddScalar(string tag, double value, long step) =>
        WriteSummary(new ProtoMessage().Add(1, tag).Add(2, (float)value), step);

    /// <summary>Adds a picture.</summary>
    /// <param name="tag">The picture's name.</param>
    /// <param name="png">The encoded picture (see <see cref="IO.Png"/>).</param>
    /// <param name="width">Its width in pixels.</param>
    /// <param name="height">Its height in pixels.</param>
    /// <param name="channels">1 for grey, 3 for RGB, 4 for RGBA.</param>
    /// <param name="step">The training step.</param>
    public void AddImage(string tag, ReadOnlySpan<byte> png, int width, int height, int channels, long step)
    {
        var image = new ProtoMessage().Add(1, (long)height).Add(2, (long)width).Add(3, (long)channels).Add(4, png);
        WriteSummary(new ProtoMessage().Add(1, tag).Add(4, image), step);
    }

    /// <summary>Hands everything to the operating system, for TensorBoard to see.</summary>
    public void Flush() => file.Flush();

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private static FileStream Create(string folder, long seconds)
    {
        try
        {
            Directory.CreateDirectory(folder);
            for (var run = 0; ; run++)
            {
                // TensorBoard reads files whose names contain "tfevents", in the order of their names.
                var path = System.IO.Path.Combine(folder, $"events.out.tfevents.{seconds:D10}.{run}");
                if (!File.Exists(path))
                {
                    return new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot write event files to {folder}: {e.Message}", e);
        }
    }

    private void WriteSummary(ProtoMessage value, long step) => Write(Event(step).Add(5, new ProtoMessage().Add(1, value)));

    private ProtoMessage Event(long step) =>
        new ProtoMessage().Add(1, time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0).Add(2, step);

    private void Write(ProtoMessage message) => RecordWriter.Write(file, message.ToArray());
}
