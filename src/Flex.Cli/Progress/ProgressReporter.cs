using Flex.IO;

namespace Flex.Cli.Progress;

/// <summary>
/// Shows progress on standard error: one line that is rewritten on a terminal, plain lines elsewhere. However often
/// the work reports, a terminal is written a few times a second and a log every few seconds.
/// </summary>
public sealed class ProgressReporter : IProgress, IDisposable
{
    private static readonly TimeSpan TerminalInterval = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(5);

    private const string ClearLine = "\r\u001b[K";

    private readonly ProgressText _text;
    private readonly TextWriter _writer;
    private readonly TimeProvider _time;
    private readonly int? _width;
    private readonly long _start;
    private readonly Lock _lock = new();
    private long _lastWritten;
    private string? _pending;
    private double? _firstDone;
    private bool _lineIsOpen;

    /// <summary>Starts the clock of the rate.</summary>
    /// <param name="text">Words the states.</param>
    /// <param name="writer">Where they go.</param>
    /// <param name="time">The clock.</param>
    /// <param name="width">Columns of the terminal, or null when the writer is not a terminal.</param>
    public ProgressReporter(ProgressText text, TextWriter writer, TimeProvider time, int? width)
    {
        ArgumentNullException.ThrowIfNull(time);
        _text = text;
        _writer = writer;
        _time = time;
        _width = width;
        _start = _lastWritten = time.GetTimestamp();
    }

    /// <inheritdoc/>
    public void Report(double done, double total, string? note = null)
    {
        lock (_lock)
        {
            // Resumed work starts above zero; only what was done since counts for the rate.
            _firstDone ??= done > 1 ? done : 0;
            var seconds = _time.GetElapsedTime(_start).TotalSeconds;
            _pending = _text.Format(done, total, seconds > 0 ? (done - _firstDone.Value) / seconds : 0, note);
            if (_time.GetElapsedTime(_lastWritten) >= (_width is null ? LogInterval : TerminalInterval))
            {
                Write();
            }
        }
    }

    /// <summary>Writes the last state, so that the log ends with it.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            Write();
            if (_lineIsOpen)
            {
                _writer.WriteLine();
                _lineIsOpen = false;
            }
        }
    }

    private void Write()
    {
        if (_pending is null)
        {
            return;
        }

        if (_width is { } width)
        {
            // A line that wraps cannot be rewritten.
            _writer.Write(ClearLine + (_pending.Length < width ? _pending : _pending[..Math.Max(0, width - 1)]));
            _lineIsOpen = true;
        }
        else
        {
            _writer.WriteLine(_pending);
        }

        _writer.Flush();
        _pending = null;
        _lastWritten = _time.GetTimestamp();
    }
}
