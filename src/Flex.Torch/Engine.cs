using System.Runtime.InteropServices;
using Flex.Torch.Native;

namespace Flex.Torch;

/// <summary>The process-wide state of libtorch: version, threads, generator, devices.</summary>
public static class Engine
{
    /// <summary>The version of the libtorch that the gate was compiled against.</summary>
    public static string TorchVersion => Marshal.PtrToStringUTF8(Gate.TorchVersion()) ?? "unknown";

    /// <summary>The path of the gate, or null when it is not built.</summary>
    public static string? GatePath => GateLibrary.Locate();

    /// <summary>How many tensors the managed side holds now. Flat over a training run, or something leaks.</summary>
    public static long LiveTensors => Gate.LiveTensors();

    /// <summary>How many CUDA devices this libtorch sees; 0 without CUDA.</summary>
    public static int CudaDevices => Gate.CudaDevices();

    /// <summary>Whether the gate has the fused operators for CUDA; without them they are composed of libtorch's own.</summary>
    public static bool HasCudaKernels => Gate.HasCudaKernels() != 0;

    /// <summary>The number of threads inside one operator (this thread's OpenMP pool).</summary>
    public static int Threads
    {
        get => Gate.Threads();
        set => Gate.Check(Gate.SetThreads(value));
    }

    /// <summary>Seeds libtorch's own generator (dropout is its only user here).</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="firstSample">The number of this thread's first sample in a batch that several processes share: each drops what it would
    /// drop in one process.</param>
    public static void ManualSeed(ulong seed, long firstSample = 0)
    {
        Gate.Check(Gate.ManualSeed(seed));
        Gate.SetFirstSample(firstSample);
    }

    /// <summary>
    /// Whether a GPU may round the factors of float32 products to TF32, ten bits of mantissa, which is several times as fast. Also lets cuDNN
    /// try its algorithms on the first input of each shape: on a GPU two runs of a program may differ in the last bits.
    /// </summary>
    /// <param name="allowed">Yes or no.</param>
    public static void AllowTf32(bool allowed) => Gate.Check(Gate.SetCudaProducts(allowed ? 1 : 0, benchmark: 1));

    /// <summary>The most memory that tensors on a CUDA device have taken at one time.</summary>
    /// <param name="device">The device.</param>
    /// <returns>Bytes.</returns>
    public static long PeakMemory(Device device)
    {
        Gate.Check(Gate.CudaPeakMemory(Math.Max(device.Index, 0), out var bytes));
        return bytes;
    }

    /// <summary>Waits until a CUDA device has done its work; nothing on the CPU.</summary>
    /// <param name="device">The device.</param>
    public static void Synchronize(Device device)
    {
        if (device.Type == DeviceType.Cuda)
        {
            Gate.Check(Gate.CudaSynchronize(Math.Max(device.Index, 0)));
        }
    }
}
