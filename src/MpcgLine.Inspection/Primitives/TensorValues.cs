using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Primitives;

/// <summary>Values of tensors on the processor where they lie, row by row; valid as long as the tensor.</summary>
internal static class TensorValues
{
    /// <summary>As bytes.</summary>
    /// <exception cref="ArgumentException">They do not lie row by row. A copy would be nobody's, and could be freed while it is read.</exception>
    public static ReadOnlySpan<byte> Bytes(this Tensor tensor) => tensor.is_contiguous()
        ? tensor.bytes
        : throw new ArgumentException($"The values of [{string.Join(", ", tensor.shape)}] do not lie row by row in memory.", nameof(tensor));

    /// <summary>Of a tensor in single precision.</summary>
    /// <exception cref="ArgumentException">As from <see cref="Bytes"/>.</exception>
    public static ReadOnlySpan<float> Singles(this Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.Bytes());
}
