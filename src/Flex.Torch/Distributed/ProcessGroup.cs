using System.Globalization;
using System.Runtime.InteropServices;
using Flex.Torch.Native;

namespace Flex.Torch.Distributed;

/// <summary>
/// The processes (ranks) that work on one thing together, over torch.distributed's c10d. All ranks make the same calls in the same order. When one ends
/// or hangs, the others' calls end with <see cref="RankLostException"/>, which names it.
/// </summary>
public sealed class ProcessGroup : IDisposable
{
    private const int PollMilliseconds = 20;

    // As long as rank 0 may need to see that another one is silent.
    private static readonly TimeSpan DiagnosisTime = TimeSpan.FromSeconds(6);

    // As long as the others need to read why rank 0 ends, which serves the store.
    private static readonly TimeSpan PartingTime = TimeSpan.FromMilliseconds(500);

    private readonly RankEnvironment _environment;
    private readonly TimeProvider _time;
    private readonly Device _device;
    private readonly RankStore? _store;
    private readonly Heartbeat? _heartbeat;
    private int _meetings;

    private ProcessGroup(RankEnvironment environment, TimeProvider time, Device device, RankStore? store, Heartbeat? heartbeat, nint handle) =>
        (_environment, _time, _device, _store, _heartbeat, Handle) = (environment, time, device, store, heartbeat, handle);

    /// <summary>One process alone, for which every call is trivial.</summary>
    public static ProcessGroup Single { get; } = new(RankEnvironment.Single, TimeProvider.System, Device.Cpu, null, null, 0);

    /// <summary>What the gate can talk over: "gloo", "gloo nccl" or "".</summary>
    public static string Backends => Marshal.PtrToStringUTF8(Gate.DistributedBackends()) ?? "";

    /// <summary>The number of this process.</summary>
    public int Rank => _environment.Rank;

    /// <summary>K.</summary>
    public int Size => _environment.Size;

    /// <summary>Whether this process is the one that writes files and reports.</summary>
    public bool IsFirst => Rank == 0;

    /// <summary>The number of this process on its machine.</summary>
    public int LocalRank => _environment.LocalRank;

    internal nint Handle { get; }

    /// <summary>Whether a call has failed; then the group's threads are left to the end of the process, as they may wait for what never comes.</summary>
    internal bool IsBroken { get; private set; }

    /// <summary>Meets the other ranks.</summary>
    /// <param name="environment">Which rank this is, and where they meet.</param>
    /// <param name="device">Where the tensors are that will be summed: NCCL is used on GPUs where libtorch has it, else Gloo.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The group; <see cref="Single"/> for one process.</returns>
    /// <exception cref="InputException">The gate cannot do it, the others do not come in time, or two processes have the same number.</exception>
    public static ProcessGroup Join(RankEnvironment environment, Device device, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(environment);
        if (environment.Size == 1)
        {
            return Single;
        }

        if (Backends.Length == 0)
        {
            throw new InputException("the gate was built without torch.distributed, which several processes need; install libgloo-dev and build it again (rm -r build)");
        }

        var nccl = device.Type == DeviceType.Cuda && Backends.Contains("nccl", StringComparison.Ordinal);
        var store = RankStore.Open(environment, serve: environment.Rank == 0);
        Rendezvous.Meet(environment, store, time);
        var local = environment.Host is "127.0.0.1" or "localhost" ? "127.0.0.1" : "";
        if (Gate.GroupOpen(
            store.Handle, nccl ? "nccl" : "gloo", environment.Rank, environment.Size, (long)environment.Patience.TotalMilliseconds,
            environment.Interface, local, out var handle) != 0)
        {
            throw new InputException($"{environment} cannot connect to the others: {Marshal.PtrToStringUTF8(Gate.LastError())}; "
                + "name the network interface that all machines share with GLOO_SOCKET_IFNAME");
        }

        var second = RankStore.Open(environment, serve: false);
        second.LimitAnswers();
        store.LimitAnswers();
        return new ProcessGroup(environment, time, nccl ? device : Device.Cpu, store, new Heartbeat(environment, second, time), handle);
    }

    /// <summary>Starts to add up numbers over all ranks.</summary>
    /// <param name="values">This rank's.</param>
    /// <returns>The sums to come.</returns>
    public PendingSum StartSum(params double[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        using var scope = new TensorScope();
        var tensor = Tensor.From<double>(values, values.Length).To(_device).DetachFromScope();
        nint work = 0;
        if (Size > 1)
        {
            Guard(() => Gate.Check(Gate.AllReduce(Handle, tensor.Handle, out work)));
        }

        return new PendingSum(this, tensor, work);
    }

    /// <summary>Gives all ranks the elements that a tensor has at rank 0.</summary>
    /// <param name="tensor">A contiguous tensor; of the same shape and type on all ranks.</param>
    /// <exception cref="RankLostException">A rank has ended or does not answer.</exception>
    public void Broadcast(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (Size > 1)
        {
            Guard(() =>
            {
                Gate.Check(Gate.Broadcast(Handle, tensor.Handle, 0, out var work));
                Gate.Check(Gate.WorkWait(work));
            });
        }
    }

    /// <summary>Gives all ranks the numbers that one of them has.</summary>
    /// <param name="values">The numbers; as many on all ranks.</param>
    /// <param name="from">The rank that has them.</param>
    /// <exception cref="RankLostException">A rank has ended or does not answer.</exception>
    public void Broadcast(Span<float> values, int from)
    {
        if (Size == 1)
        {
            return;
        }

        using var scope = new TensorScope();
        var tensor = Tensor.From<float>(values, values.Length).To(_device);
        Guard(() =>
        {
            Gate.Check(Gate.Broadcast(Handle, tensor.Handle, from, out var work));
            Gate.Check(Gate.WorkWait(work));
        });
        if (Rank != from)
        {
            tensor.To(Device.Cpu).AsSpan<float>().CopyTo(values);
        }
    }

    /// <summary>Looks, in work of a rank's own that takes long, whether the others are still there.</summary>
    /// <exception cref="RankLostException">One has ended or does not answer.</exception>
    public void ThrowIfLost()
    {
        if (_store is not null)
        {
            Guard(RequireNoFailure);
        }
    }

    /// <summary>The GPU of this rank, where a device says that the work is done on GPUs but not on which: each rank has its own.</summary>
    /// <param name="device">The device that was asked for.</param>
    /// <returns>This rank's.</returns>
    public Device Own(Device device) =>
        device.Type == DeviceType.Cuda && device.Index < 0 && Size > 1 ? new Device(DeviceType.Cuda, LocalRank) : device;

    /// <summary>Waits until all ranks are here, however long they work before it, as long as they live.</summary>
    /// <exception cref="RankLostException">A rank has ended or does not answer.</exception>
    public void Meet() => AloneThenMeet(null);

    /// <summary>Does something at rank 0 while the others wait, however long it takes.</summary>
    /// <param name="action">What is done.</param>
    /// <exception cref="RankLostException">A rank has ended or does not answer.</exception>
    public void AtFirst(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        AloneThenMeet(action);
    }

    /// <summary>Requires that a text is the same on all ranks.</summary>
    /// <param name="name">What it is.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="InputException">This rank has another one than rank 0.</exception>
    public void RequireSame(string name, string text)
    {
        if (_store is null)
        {
            return;
        }

        AtFirst(() => _store.Set($"flex/same/{name}", text));
        string? first = null;
        Guard(() => first = _store.Get($"flex/same/{name}"));
        if (first != text)
        {
            throw new InputException($"{_environment} was started with another {name} than rank 0; start all ranks with the same command line");
        }
    }

    /// <summary>Leaves the reason for which this rank ends, for the others to tell.</summary>
    /// <param name="reason">The reason.</param>
    public void Fail(string reason)
    {
        if (_store is null || IsBroken)
        {
            return;
        }

        IsBroken = true;
        try
        {
            _store.Fail($"{_environment} ended: {reason}");
            if (IsFirst)
            {
                Thread.Sleep(PartingTime);
            }
        }
        catch (TorchException)
        {
            // There is nobody left to tell.
        }
    }

    /// <summary>Parts from the others once all are done. A group that a rank was lost from is left as it is.</summary>
    public void Dispose()
    {
        if (_store is null || IsBroken)
        {
            return;
        }

        try
        {
            Meet();
            Leave();
        }
        catch (RankLostException)
        {
            return;
        }

        Gate.GroupFree(Handle);
        _heartbeat!.Dispose();
        _store.Dispose();
    }

    /// <summary>Makes a call; when it fails, finds out which rank is to blame.</summary>
    /// <exception cref="RankLostException">It has failed.</exception>
    internal void Guard(Action call)
    {
        try
        {
            call();
        }
        catch (TorchException e)
        {
            IsBroken = true;
            throw new RankLostException(Blame(e));
        }
    }

    // Rank 0 serves the store until the last one has seen that all are done.
    private void Leave() => Guard(() =>
    {
        const string key = "flex/left";
        _store!.Add(key, 1);
        for (var start = _time.GetTimestamp(); IsFirst && _store.Add(key, 0) < Size && _time.GetElapsedTime(start) < DiagnosisTime;)
        {
            Thread.Sleep(PollMilliseconds);
        }
    });

    private void AloneThenMeet(Action? first)
    {
        if (_store is null)
        {
            first?.Invoke();
            return;
        }

        var key = string.Create(CultureInfo.InvariantCulture, $"flex/meeting/{++_meetings}");
        if (IsFirst)
        {
            Do(first);
        }

        Guard(() =>
        {
            for (var here = _store.Add(key, 1); here < Size; here = _store.Add(key, 0))
            {
                RequireNoFailure();
                Thread.Sleep(Math.Max(PollMilliseconds, Size)); // so that the store keeps up with many ranks
            }
        });
    }

    private void RequireNoFailure()
    {
        if (_store!.Failure is { } reason)
        {
            throw new TorchException(reason);
        }
    }

    private void Do(Action? first)
    {
        try
        {
            first?.Invoke();
        }
        catch (Exception e)
        {
            Fail(e is OperationCanceledException ? "interrupted" : e.Message);
            throw;
        }
    }

    private string Blame(TorchException e)
    {
        try
        {
            for (var start = _time.GetTimestamp(); _time.GetElapsedTime(start) < DiagnosisTime; Thread.Sleep(PollMilliseconds))
            {
                if (_store!.Failure is { } reason)
                {
                    return reason;
                }

                if (_heartbeat!.Silent() is { } silent)
                {
                    _store.Fail($"rank {silent} of {Size} does not answer: it was killed or stopped, or its machine is gone");
                }
            }

            return $"the ranks wait for each other for more than {_environment.Patience.TotalSeconds:0} s, though all of them live: one is much slower than "
                + $"the others, or hangs ({e.Message}); FLEX_RANK_TIMEOUT sets the limit in seconds";
        }
        catch (TorchException)
        {
            return $"rank 0 of {Size} does not answer: it has ended or was stopped, or its machine is gone";
        }
    }
}
