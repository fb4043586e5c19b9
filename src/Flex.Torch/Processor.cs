using System.Runtime.Intrinsics.X86;

namespace Flex.Torch;

/// <summary>What this machine's processor can do.</summary>
public static class Processor
{
    /// <summary>
    /// Whether it multiplies bfloat16 numbers (avx512_bf16). libtorch does without, too, but many times slower than in float32.
    /// </summary>
    /// <remarks>Intel 64 and IA-32 Architectures Software Developer's Manual, vol. 2A, CPUID: leaf 7, sub-leaf 1, bit 5 of EAX.</remarks>
    public static bool HasBf16 { get; } =
        Avx512F.IsSupported && X86Base.CpuId(0, 0).Eax >= 7 && X86Base.CpuId(7, 0).Eax >= 1 && (X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0;
}
