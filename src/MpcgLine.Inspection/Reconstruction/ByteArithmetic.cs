using System.Runtime.Intrinsics.X86;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>How far bytes go in the processor's sums of products.</summary>
/// <remarks>
/// Without VNNI two products of an unsigned and a signed byte are added in 16 bits, which saturate at 32767: bytes of 8 bits
/// must not meet kernels of 8 bits then. With it sums have 32 bits.
/// </remarks>
internal static class ByteArithmetic
{
    /// <summary>Largest byte of what the tile itself is: a gray level.</summary>
    public const int White = 255;

    /// <summary>Largest signed byte of a kernel.</summary>
    public const int LargestKernel = SevenBits;

    private const int SevenBits = 127;

    /// <summary>
    /// Whether the processor sums products of bytes in 32 bits (CPUID leaf 7: AVX512-VNNI, ECX bit 11; AMX-INT8, EDX bit 25;
    /// AVX-VNNI: subleaf 1, EAX bit 4).
    /// </summary>
    public static bool IsNative { get; } = X86Base.IsSupported
        && ((X86Base.CpuId(7, 0).Ecx & (1 << 11)) != 0 || (X86Base.CpuId(7, 0).Edx & (1 << 25)) != 0 || (X86Base.CpuId(7, 1).Eax & (1 << 4)) != 0);

    /// <summary>Largest byte of an activation.</summary>
    public static int LargestActivation { get; } = IsNative ? White : SevenBits;
}
