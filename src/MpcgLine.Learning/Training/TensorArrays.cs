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
        Tensor rowMajor = source.detach().to(ScalarType.Float32).contiguous().cpu();
        return new WeightArray([.. source.shape], MemoryMarshal.Cast<byte, float>(rowMajor.bytes).ToArray());
    }

    /// <summary>Overwrites a tensor's values by the array of the given name, keeping its layout.</summary>
    /// <exception cref="ModelException">There is no such array, or it has another size.</exception>
    public static void Into(IReadOnlyDictionary<string, WeightArray> arrays, string name, Tensor target)
    {
        if (!arrays.TryGetValue(name, out WeightArray? array) || !array.Shape.SequenceEqual(target.shape))
        {
            throw new ModelException(
                $"{name} is {(array is null ? "missing" : $"[{string.Join(", ", array.Shape)}]")}; expected is [{string.Join(", ", target.shape)}].");
        }

        using var scope = NewDisposeScope();
        target.copy_(tensor(array.Values, [.. array.Shape]));
    }
}
