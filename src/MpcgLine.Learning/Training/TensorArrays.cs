using System.Runtime.InteropServices;
using MpcgLine.Inspection.Reconstruction;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Learning.Training;

/// <summary>Tensors to plain values and back, whatever their layout in memory.</summary>
internal static class TensorArrays
{
    /// <summary>A copy in row-major order.</summary>
    public static WeightArray From(Tensor source)
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        // Channels-last kernels are not contiguous: bytes of the original would come in another order.
        Tensor rowMajor = source.detach().to(ScalarType.Float32).contiguous();
        return new WeightArray([.. source.shape], MemoryMarshal.Cast<byte, float>(rowMajor.bytes).ToArray());
    }

    /// <summary>Overwrites a tensor's values, keeping its layout.</summary>
    public static void Into(WeightArray values, Tensor target)
    {
        using var scope = NewDisposeScope();
        target.copy_(tensor(values.Values, [.. values.Shape]));
    }
}
