using System.Runtime.InteropServices;
using System.Text;
using Flex.Torch.Native;

namespace Flex.Torch;

/// <summary>
/// Activation checkpointing, as <c>torch.utils.checkpoint</c> with <c>use_reentrant=False</c> has it: a segment of a network keeps only its
/// inputs, and what its operators would save for the backward pass is computed again when the backward pass comes to it.
/// </summary>
/// <remarks>
/// The graph is the same as without, and dropout drops the same elements both times, so that every gradient has the same bits.
/// </remarks>
public static unsafe class ActivationCheckpoint
{
    /// <summary>Applies a segment, whose insides are not kept where gradients are recorded.</summary>
    /// <param name="segment">
    /// Makes the output of the inputs it is given. It is called again in the backward pass, perhaps on another thread, and has to do the same; of
    /// what it uses besides, only parameters may need gradients. What it does to the handles it is given, such as disposing of them, is its own affair.
    /// </param>
    /// <param name="inputs">The inputs, which stay in memory until the backward pass; not to be overwritten before.</param>
    /// <returns>The output, in the caller's scope.</returns>
    /// <exception cref="TorchException">An operator failed. An exception in the second computation, of whatever kind, leaves
    /// <see cref="Tensor.Backward"/> as one of these, with its text.</exception>
    public static Tensor Run(Func<Tensor[], Tensor> segment, params Tensor[] inputs)
    {
        ArgumentNullException.ThrowIfNull(segment);
        ArgumentNullException.ThrowIfNull(inputs);
        if (!GradMode.IsRecording)
        {
            return segment(inputs);
        }

        var kept = new Segment(segment, inputs);
        var handle = GCHandle.Alloc(kept);
        var status = Gate.ActivationCheckpointBegin(inputs[0].Handle, &Recompute, &Release, GCHandle.ToIntPtr(handle), out var before);
        if (status != 0)
        {
            Free(handle);
            Gate.Check(status);
        }

        try
        {
            return segment(inputs);
        }
        finally
        {
            Gate.ActivationCheckpointEnd(before);
        }
    }

    // No exception may cross the engine of the backward pass, which is C++.
    [UnmanagedCallersOnly]
    private static int Recompute(nint state, byte* message, long capacity)
    {
        try
        {
            ((Segment)GCHandle.FromIntPtr(state).Target!).Recompute();
            return 0;
        }
        catch (Exception e)
        {
            var text = Encoding.UTF8.GetBytes(e.Message);
            var length = (int)Math.Min(text.Length, capacity - 1);
            text.AsSpan(0, length).CopyTo(new Span<byte>(message, length));
            message[length] = 0;
            return -1;
        }
    }

    [UnmanagedCallersOnly]
    private static void Release(nint state) => Free(GCHandle.FromIntPtr(state));

    private static void Free(GCHandle handle)
    {
        ((Segment)handle.Target!).Dispose();
        handle.Free();
    }

    /// <summary>What is kept of a segment. Its handles are cut from the graph, which would otherwise hold itself.</summary>
    private sealed class Segment(Func<Tensor[], Tensor> body, Tensor[] inputs) : IDisposable
    {
        private readonly Tensor[] _inputs = Array.ConvertAll(inputs, input => input.Detach().DetachFromScope());
        private readonly bool[] _requireGrad = Array.ConvertAll(inputs, input => input.RequiresGrad);
        private readonly bool _autocast = Autocast.IsOn;

        internal void Recompute()
        {
            using var scope = new TensorScope();
            using var recording = GradMode.EnableGrad();
            using var casts = _autocast ? Autocast.When(true) : Autocast.Suspend();
            var again = Array.ConvertAll(_inputs, input => input.Detach());
            foreach (var (i, input) in again.Index())
            {
                input.RequiresGrad = _requireGrad[i];
            }

            body(again);
        }

        public void Dispose() => Array.ForEach(_inputs, input => input.Dispose());
    }
}
