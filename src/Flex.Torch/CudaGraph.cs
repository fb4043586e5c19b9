using Flex.Torch.Native;

namespace Flex.Torch;

/// <summary>
/// Work on a CUDA device that was recorded once and is replayed as a whole: the processor no longer starts every kernel by itself. A replay
/// reads and writes the very memory that the recording did, so inputs are copied into the same tensors and results copied out of them.
/// </summary>
public sealed class CudaGraph : IDisposable
{
    private nint _handle;

    private CudaGraph(nint handle) => _handle = handle;

    /// <summary>Records work. What it needs to have set up (cuDNN's choices, for one) must have run once before.</summary>
    /// <param name="device">A CUDA device.</param>
    /// <param name="work">Operators on the device only: nothing may be read from it or copied to it. Tensors that it keeps belong to the graph's memory.</param>
    /// <returns>The graph; the work itself has not been done yet.</returns>
    /// <exception cref="TorchException">The device is no GPU, or the work cannot be recorded.</exception>
    public static CudaGraph Record(Device device, Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        Gate.Check(Gate.GraphBegin(Math.Max(device.Index, 0), out var handle));
        try
        {
            work();
        }
        catch
        {
            _ = Gate.GraphEnd(handle);
            Gate.GraphFree(handle);
            throw;
        }

        var graph = new CudaGraph(handle);
        try
        {
            Gate.Check(Gate.GraphEnd(handle));
            return graph;
        }
        catch
        {
            graph.Dispose();
            throw;
        }
    }

    /// <summary>Does the work, in order with what the caller does on the device.</summary>
    /// <exception cref="TorchException">The device failed.</exception>
    public void Replay()
    {
        ObjectDisposedException.ThrowIf(_handle == 0, this);
        Gate.Check(Gate.GraphReplay(_handle));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        var handle = Interlocked.Exchange(ref _handle, 0);
        if (handle != 0)
        {
            Gate.GraphFree(handle);
        }
    }
}
