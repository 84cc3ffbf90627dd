using System.Runtime.Intrinsics.X86;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>Which processors multiply bytes.</summary>
/// <remarks>
/// Without VNNI two products of an unsigned and a signed byte are added in 16 bits, which saturate at 32767: bytes of 8 bits
/// must not meet kernels of 8 bits then. With it sums have 32 bits, and are exact.
/// </remarks>
internal static class ByteArithmetic
{
    /// <summary>Largest signed byte of a kernel.</summary>
    public const int LargestKernel = 127;

    /// <summary>
    /// Whether the processor sums products of bytes in 32 bits (CPUID leaf 7: AVX512-VNNI, ECX bit 11; AMX-INT8, EDX bit 25;
    /// AVX-VNNI: subleaf 1, EAX bit 4).
    /// </summary>
    public static bool IsNative { get; } = X86Base.IsSupported
        && ((X86Base.CpuId(7, 0).Ecx & (1 << 11)) != 0 || (X86Base.CpuId(7, 0).Edx & (1 << 25)) != 0 || (X86Base.CpuId(7, 1).Eax & (1 << 4)) != 0);
}
