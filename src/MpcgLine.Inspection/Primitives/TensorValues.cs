using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Primitives;

/// <summary>Values of tensors on the processor, row by row: where they lie, or, where they lie otherwise, a copy in the caller's dispose scope.</summary>
internal static class TensorValues
{
    /// <summary>As bytes; valid as long as the tensor.</summary>
    public static ReadOnlySpan<byte> Bytes(this Tensor tensor) => tensor.is_contiguous() ? tensor.bytes : tensor.contiguous().bytes;

    /// <summary>Of a tensor in single precision; valid as long as it.</summary>
    public static ReadOnlySpan<float> Singles(this Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.Bytes());
}
