using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>A layer on a processor that runs by handle, so that nothing is left to the collector. Inference thread only.</summary>
internal abstract class ProcessorLayer : FoldedLayer
{
    /// <inheritdoc/>
    public sealed override Tensor Forward(Tensor x)
    {
        nint result = Run(x.Handle);
        GC.KeepAlive(x);
        return Tensor.UnsafeCreateTensor(result);
    }

    /// <summary>The same by handles of libtorch's tensors, without an object for the result.</summary>
    /// <param name="x">Of a tensor that the caller keeps alive.</param>
    /// <returns>The caller's to free.</returns>
    /// <exception cref="ModelException">It could not be run.</exception>
    public abstract nint Run(nint x);
}
