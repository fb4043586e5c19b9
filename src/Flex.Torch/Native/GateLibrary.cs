using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Flex.Torch.Native;

/// <summary>
/// Finds and loads <c>libflexgate.so</c>, after setting what libtorch reads only while it is being loaded.
/// </summary>
internal static partial class GateLibrary
{
    /// <summary>The name under which the gate is imported.</summary>
    internal const string Name = "flexgate";

    /// <summary>The environment variable that holds the path of the gate (the launcher sets it).</summary>
    internal const string PathVariable = "FLEX_GATE";

    private const string FileName = "libflexgate.so";

    // .NET asks once for every function; what is done at loading must be done once.
    private static readonly Lazy<nint> Gate = new(Load);

    /// <summary>Resolves <see cref="Name"/> for this assembly.</summary>
    internal static nint Resolve(string libraryName, Assembly assembly, DllImportSearchPath? searchPath) =>
        libraryName == Name ? Gate.Value : 0;

    /// <summary>The path of the gate, or null when it is nowhere: the variable, beside the program, or a build folder above it.</summary>
    internal static string? Locate()
    {
        if (Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } named)
        {
            return named;
        }

        var beside = Path.Combine(AppContext.BaseDirectory, FileName);
        if (File.Exists(beside))
        {
            return beside;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var built = Path.Combine(folder.FullName, "build", "gate", FileName);
            if (File.Exists(built))
            {
                return built;
            }
        }

        return null;
    }

    private static nint Load()
    {
        PrepareProcess();
        var path = Locate() ?? throw new InputException(
            $"the gate {FileName} is not built; run ./flex doctor, or set {PathVariable} to its path");
        try
        {
            var gate = NativeLibrary.Load(path);
            UseAllProcessors(gate);
            KeepBuffers(gate);
            return gate;
        }
        catch (DllNotFoundException e)
        {
            throw new InputException($"the gate {path} does not load: {e.Message}; rebuild it with ./flex", e);
        }
    }

    private static void PrepareProcess()
    {
        // OpenBLAS' own threads fight libtorch's OpenMP pool; and its 0.3.21 does not know recent AMD chips,
        // falling back from AVX-512 to AVX2. .NET's own setter does not reach the C environment.
        const int keepExisting = 0;
        _ = SetEnvironment("OPENBLAS_NUM_THREADS", "1", keepExisting);
        if (Avx512F.IsSupported && IsAmd())
        {
            _ = SetEnvironment("OPENBLAS_CORETYPE", "SkylakeX", keepExisting);
        }

        // By default glibc maps and unmaps every large buffer, or gives the free end of the heap back, and the kernel zeroes its
        // pages again at each operator call. One arena with the highest thresholds keeps them.
        const int trimThreshold = -1, topPad = -2, mmapThreshold = -3, arenaMax = -8;
        _ = MallocOption(arenaMax, 1);
        _ = MallocOption(mmapThreshold, 1 << 30);
        _ = MallocOption(trimThreshold, int.MaxValue);
        _ = MallocOption(topPad, 1 << 24);
    }

    // Debian's libtorch begins with one thread, whatever the machine has.
    private static unsafe void UseAllProcessors(nint gate)
    {
        if (Environment.GetEnvironmentVariable("OMP_NUM_THREADS") is null or "")
        {
            var setThreads = (delegate* unmanaged<int, int>)NativeLibrary.GetExport(gate, "flexg_set_threads");
            _ = setThreads(Environment.ProcessorCount);
        }
    }

    private static unsafe void KeepBuffers(nint gate) =>
        ((delegate* unmanaged<void>)NativeLibrary.GetExport(gate, "flexg_keep_buffers"))();

    private static bool IsAmd()
    {
        // Leaf 0 spells the vendor in EBX, EDX, ECX; "Auth" is the first part of "AuthenticAMD".
        var (_, ebx, _, _) = X86Base.CpuId(0, 0);
        return ebx == 0x68747541;
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int MallocOption(int parameter, int value);
}
