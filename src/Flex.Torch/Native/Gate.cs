using System.Runtime.InteropServices;

namespace Flex.Torch.Native;

/// <summary>The C ABI of <c>native/gate/gate.cpp</c>. A non-zero status is turned into an exception by <see cref="Check"/>.</summary>
internal static unsafe partial class Gate
{
    static Gate() => NativeLibrary.SetDllImportResolver(typeof(Gate).Assembly, GateLibrary.Resolve);

    /// <summary>Throws the text of the last failure on this thread when a call did not succeed.</summary>
    /// <exception cref="TorchException">The status is not zero.</exception>
    internal static void Check(int status)
    {
        if (status != 0)
        {
            throw new TorchException(Marshal.PtrToStringUTF8(LastError()) ?? "unknown libtorch error");
        }
    }

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_last_error")]
    internal static partial nint LastError();

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_torch_version")]
    internal static partial nint TorchVersion();

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_live_tensors")]
    internal static partial long LiveTensors();

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_operator_find", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int OperatorFind(string name, string overload, out nint op);

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_operator_call")]
    internal static partial int OperatorCall(nint op, Value* arguments, long argumentCount, Value* results, long capacity, out long resultCount);

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_tensor_free")]
    internal static partial void TensorFree(nint tensor);

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_tensor_info")]
    internal static partial int TensorInfo(
        nint tensor, out long dtype, out long deviceType, out long deviceIndex, out long dimensions, long* sizes, long* strides, long capacity);

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_tensor_data")]
    internal static partial int TensorData(nint tensor, out nint data);

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_requires_grad")]
    internal static partial int RequiresGrad(nint tensor);

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_set_requires_grad")]
    internal static partial int SetRequiresGrad(nint tensor, int value);

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_grad")]
    internal static partial int Grad(nint tensor, out nint grad);

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_set_grad")]
    internal static partial int SetGrad(nint tensor, nint grad);

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_backward")]
    internal static partial int Backward(nint tensor, nint gradient, int keepGraph, int createGraph);

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_gradients")]
    internal static partial int Gradients(nint output, nint* inputs, long count, int createGraph, nint* gradients);

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_set_grad_mode")]
    internal static partial int SetGradMode(int enabled);

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_grad_mode")]
    internal static partial int GradMode();

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_set_threads")]
    internal static partial int SetThreads(int count);

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_threads")]
    internal static partial int Threads();

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_manual_seed")]
    internal static partial int ManualSeed(ulong seed);

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_set_first_sample")]
    internal static partial void SetFirstSample(long first);

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_cuda_devices")]
    internal static partial int CudaDevices();

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_cuda_synchronize")]
    internal static partial int CudaSynchronize(int index);

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_set_cuda_autocast")]
    internal static partial int SetCudaAutocast(int enabled);

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_clear_autocast_cache")]
    internal static partial void ClearAutocastCache();

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_set_cuda_products")]
    internal static partial int SetCudaProducts(int tf32, int benchmark);

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_has_cuda_kernels")]
    internal static partial int HasCudaKernels();

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_cuda_peak_memory")]
    internal static partial int CudaPeakMemory(int index, out long bytes);

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_graph_begin")]
    internal static partial int GraphBegin(int index, out nint graph);

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_graph_end")]
    internal static partial int GraphEnd(nint graph);

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_graph_replay")]
    internal static partial int GraphReplay(nint graph);

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_graph_free")]
    internal static partial void GraphFree(nint graph);

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_operator_times_start")]
    internal static partial int OperatorTimesStart();

    [LibraryImport(GateLibrary.Name, EntryPoint = "flexg_operator_times_stop")]
    internal static partial int OperatorTimesStop(out nint lines);
}
