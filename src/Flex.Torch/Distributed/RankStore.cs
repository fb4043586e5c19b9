using System.Globalization;
using System.Runtime.InteropServices;
using Flex.Torch.Native;

namespace Flex.Torch.Distributed;

/// <summary>
/// Names and numbers that all ranks see: a TCPStore of c10d, served by rank 0. Beside what the process group puts there it counts who is there and
/// alive, and keeps the first reason why the run fails.
/// </summary>
internal sealed class RankStore : IDisposable
{
    private const string FailureKey = "flex/failure", FailureCountKey = "flex/failures";

    // An answer of rank 0's store takes milliseconds; the thread that gives it does nothing else.
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(5);

    private nint _handle;

    private RankStore(nint handle) => _handle = handle;

    internal nint Handle => _handle;

    /// <summary>Opens the store; rank 0 serves it.</summary>
    /// <exception cref="InputException">It cannot be reached or served.</exception>
    public static RankStore Open(RankEnvironment environment, bool serve)
    {
        var milliseconds = (long)environment.MeetingTime.TotalMilliseconds;
        if (Gate.StoreOpen(environment.Host, environment.Port, serve ? 1 : 0, milliseconds, out var handle) == 0)
        {
            return new RankStore(handle);
        }

        var why = Marshal.PtrToStringUTF8(Gate.LastError());
        throw new InputException(serve
            ? $"rank 0 cannot listen at {environment.Host}:{environment.Port} ({why}); choose another MASTER_PORT, and rank 0's own machine as MASTER_ADDR"
            : $"{environment} does not reach rank 0 at {environment.Host}:{environment.Port} ({why}); look at MASTER_ADDR, MASTER_PORT and at rank 0");
    }

    /// <summary>Limits the wait for each answer, so that a rank 0 that is stopped is noticed.</summary>
    public void LimitAnswers() => Gate.Check(Gate.StoreSetTimeout(_handle, (long)AnswerTime.TotalMilliseconds));

    /// <summary>Adds to a number, which begins with 0.</summary>
    /// <returns>The new number.</returns>
    public long Add(string key, long amount)
    {
        Gate.Check(Gate.StoreAdd(_handle, key, amount, out var value));
        return value;
    }

    public void Set(string key, string text) => Gate.Check(Gate.StoreSet(_handle, key, text));

    /// <summary>A text, or null where nobody has set it.</summary>
    public string? Get(string key)
    {
        Gate.Check(Gate.StoreGet(_handle, key, out var text));
        var value = Marshal.PtrToStringUTF8(text);
        Gate.TextFree(text);
        return value;
    }

    /// <summary>The first reason why the run fails, or null while it does not.</summary>
    public string? Failure => Get(FailureKey);

    /// <summary>Leaves a reason for the others, unless there is one.</summary>
    public void Fail(string reason)
    {
        if (Add(FailureCountKey, 1) == 1)
        {
            Set(FailureKey, reason);
        }
    }

    /// <summary>Tells the others that this rank lives.</summary>
    public void Beat(int rank) => Add(BeatKey(rank), 1);

    /// <summary>How often a rank has done so.</summary>
    public long Beats(int rank) => Add(BeatKey(rank), 0);

    public void Dispose()
    {
        Gate.StoreFree(_handle);
        _handle = 0;
    }

    private static string BeatKey(int rank) => string.Create(CultureInfo.InvariantCulture, $"flex/beats/{rank}");
}
