using System.Runtime.Intrinsics.X86;
using MpcgLine.Inspection.Reconstruction.Native.Direct;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>Which element type a precision means on the device at hand.</summary>
public static class Precisions
{
    /// <summary>
    /// Resolves <see cref="Precision.Auto"/> by what the device multiplies in hardware, and <see cref="Precision.Int8"/>, for what is
    /// not over bytes, by what direct convolutions multiply.
    /// </summary>
    public static ScalarType Select(Precision precision, InferenceDevice device) => precision switch
    {
        Precision.Float32 => ScalarType.Float32,
        Precision.BFloat16 => ScalarType.BFloat16,
        Precision.Float16 => ScalarType.Float16,
        Precision.Int8 => DirectConvolution.WhyNot(ScalarType.BFloat16) is null ? ScalarType.BFloat16 : ScalarType.Float32,
        _ when device == InferenceDevice.Cuda => ScalarType.Float16,
        _ => MultipliesBFloat16() ? ScalarType.BFloat16 : ScalarType.Float32,
    };

    /// <summary>Why networks can't run over bytes on this machine, in words; null where they can.</summary>
    public static string? WhyNoInt8() => DirectConvolution.WhyNot(ScalarType.Byte);

    /// <summary>Those worth trying on this processor; bfloat16 that it emulates is not.</summary>
    public static IEnumerable<Precision> OfTheProcessor() =>
    [
        Precision.Float32,
        .. MultipliesBFloat16() ? [Precision.BFloat16] : Array.Empty<Precision>(),
        .. WhyNoInt8() is null ? [Precision.Int8] : Array.Empty<Precision>(),
    ];

    /// <summary>
    /// Whether the processor has bfloat16 products (CPUID leaf 7, subleaf 1, EAX bit 5; AMX: leaf 7, EDX bit 22).
    /// Without them bfloat16 is emulated and slower than single precision.
    /// </summary>
    internal static bool MultipliesBFloat16() => X86Base.IsSupported && ((X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0 || MultipliesMatrices());

    /// <summary>Whether the processor multiplies matrices of bfloat16 (AMX): there libtorch's convolutions do several times what vectors can.</summary>
    internal static bool MultipliesMatrices() => X86Base.IsSupported && (X86Base.CpuId(7, 0).Edx & (1 << 22)) != 0;
}
