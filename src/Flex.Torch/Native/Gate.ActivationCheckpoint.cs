using System.Runtime.InteropServices;

namespace Flex.Torch.Native;

/// <content>The C ABI of <c>activation_checkpoint.cpp</c>.</content>
internal static unsafe partial class Gate
{
    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_activation_checkpoint_begin")]
    internal static partial int ActivationCheckpointBegin(
        nint like, delegate* unmanaged<nint, byte*, long, int> recompute, delegate* unmanaged<nint, void> release, nint state, out nint before);

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_activation_checkpoint_end")]
    internal static partial void ActivationCheckpointEnd(nint before);
}
