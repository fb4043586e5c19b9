using System.Runtime.ExceptionServices;
using System.Threading.Channels;

namespace Flex.Fields.DataSets;

/// <summary>
/// Prepares the next batches on a background thread while the present one is used. Order and content are those of the
/// source, whatever the timing.
/// </summary>
public sealed class PrefetchingLoader : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<PatchBatch> _free;
    private readonly Channel<PatchBatch> _ready;
    private readonly Thread _worker;
    private readonly long _stride;
    private PatchBatch? _current;

    /// <summary>Starts to prepare batches.</summary>
    /// <param name="source">The pairs.</param>
    /// <param name="batchSize">B, the number of pairs of a batch.</param>
    /// <param name="first">Index of the first pair.</param>
    /// <param name="depth">Number of batches prepared ahead, at least 1.</param>
    /// <param name="stride">Pairs from the beginning of a batch to that of the next; 0 for B, which takes every one.</param>
    /// <param name="threads">How many threads share a batch.</param>
    public PrefetchingLoader(IPatchSource source, int batchSize, long first = 0, int depth = 4, long stride = 0, int threads = 1)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(depth);

        _stride = stride > 0 ? stride : batchSize;

        // A fixed set of batches goes round: free → prepared → in use → free.
        _free = Channel.CreateUnbounded<PatchBatch>();
        _ready = Channel.CreateUnbounded<PatchBatch>();
        for (var i = 0; i <= depth; i++)
        {
            _free.Writer.TryWrite(new PatchBatch(source, batchSize, threads));
        }

        _worker = new Thread(() => Prepare(first)) { IsBackground = true, Name = "data loader" };
        _worker.Start();
    }

    /// <summary>The next batch; it is valid until the next call.</summary>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="InputException">This batch's data cannot be read; batches before it were delivered.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public PatchBatch Next(CancellationToken cancellation = default)
    {
        ObjectDisposedException.ThrowIf(_stop.IsCancellationRequested, this);
        if (_current is { } used)
        {
            _current = null;
            _free.Writer.TryWrite(used);
        }

        try
        {
            return _current = Take(_ready, cancellation);
        }
        catch (ChannelClosedException e) when (e.InnerException is { } cause)
        {
            ExceptionDispatchInfo.Throw(cause);
            throw;
        }
    }

    /// <summary>Stops the background thread.</summary>
    public void Dispose()
    {
        if (!_stop.IsCancellationRequested)
        {
            _stop.Cancel();
            _worker.Join();
        }
    }

    private void Prepare(long first)
    {
        try
        {
            while (true)
            {
                var batch = Take(_free, _stop.Token);
                batch.Fill(first);
                first += _stride;
                _ready.Writer.TryWrite(batch);
            }
        }
        catch (Exception e)
        {
            // Whatever it is belongs to the consumer: it arrives when the batches before it are used up.
            _ready.Writer.TryComplete(e);
        }
    }

    private static PatchBatch Take(Channel<PatchBatch> channel, CancellationToken cancellation) =>
        channel.Reader.ReadAsync(cancellation).AsTask().GetAwaiter().GetResult();
}
