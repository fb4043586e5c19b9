namespace Flex.Torch.Distributed;

/// <summary>
/// A thread that tells the others once a second that this rank lives. Rank 0's also looks whether all others do, and leaves the number of one that
/// does not as the reason why the run fails.
/// </summary>
internal sealed class Heartbeat : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // A rank that answers late is not dead: its machine may be busy, however little patience was asked for.
    private static readonly TimeSpan Grace = 3 * Interval;

    private readonly RankEnvironment _environment;
    private readonly RankStore _store;
    private readonly TimeProvider _time;
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;
    private readonly long[] _beats;
    private readonly long[] _heard;

    /// <summary>Begins.</summary>
    /// <param name="environment">This rank.</param>
    /// <param name="store">A connection of its own, which becomes this object's.</param>
    /// <param name="time">The clock.</param>
    public Heartbeat(RankEnvironment environment, RankStore store, TimeProvider time)
    {
        (_environment, _store, _time) = (environment, store, time);
        _beats = new long[environment.Size];
        _heard = [.. Enumerable.Repeat(time.GetTimestamp(), environment.Size)];
        _thread = new Thread(Run) { IsBackground = true, Name = "heartbeat" };
        _thread.Start();
    }

    /// <summary>The rank that has been silent for longest, if for longer than a busy machine explains; null else. Known at rank 0 alone.</summary>
    public int? Silent()
    {
        lock (_heard)
        {
            var longest = Array.IndexOf(_heard, _heard.Min());
            return _environment.Rank == 0 && _time.GetElapsedTime(_heard[longest]) > Grace ? longest : null;
        }
    }

    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _store.Dispose();
    }

    private void Run()
    {
        try
        {
            do
            {
                _store.Beat(_environment.Rank);
                if (_environment.Rank == 0)
                {
                    Listen();
                }
            }
            while (!_stop.Wait(Interval));
        }
        catch (TorchException)
        {
            // Rank 0 is gone; whoever needs it next will say so.
        }
    }

    private void Listen()
    {
        for (var rank = 0; rank < _environment.Size; rank++)
        {
            var beats = _store.Beats(rank);
            lock (_heard)
            {
                if (beats != _beats[rank] || rank == 0)
                {
                    (_beats[rank], _heard[rank]) = (beats, _time.GetTimestamp());
                }
            }

            var silence = _time.GetElapsedTime(_heard[rank]);
            if (silence > _environment.Patience && silence > Grace)
            {
                _store.Fail($"rank {rank} of {_environment.Size} has not answered for {silence.TotalSeconds:0} s: it was stopped or killed, or its machine is gone");
            }
        }
    }
}
