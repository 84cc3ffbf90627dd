using MpcgLine.Inspection.Reconstruction.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>
/// A layer on a processor that multiplies bfloat16: bias and activation in the convolution's own pass, and kernels laid out
/// once and for all as the arithmetic reads them, but for those of transposed convolutions of stride 2. Left to itself, the
/// library passes over every map again, and lays the kernels out anew for every tile. Inference thread only.
/// </summary>
internal sealed class ProcessorConvolution : FoldedLayer
{
    private readonly Tensor _weight;
    private readonly Tensor _bias;
    private readonly ConvolutionGeometry _geometry;
    private readonly bool _transposed;
    private readonly bool _activated;

    /// <summary>Packs the kernels; parameters as <see cref="FoldedLayer"/> takes them.</summary>
    public ProcessorConvolution(LayerShape shape, Tensor weight, Tensor bias, int size)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        int padding = shape.Padding;
        _transposed = shape.Transposed && shape.Stride > 1;
        if (!_transposed)
        {
            (weight, padding) = Gathering(shape, weight);
        }

        _geometry = new ConvolutionGeometry(shape.Stride, padding, shape.OutputPadding);
        _activated = shape.Activated;
        Tensor kernels = ChannelsLast(weight.to(ScalarType.BFloat16)).clone();
        if (!_transposed)
        {
            // TorchSharp does not bind the operator, but libtorch's own language knows it.
            using jit.CompilationUnit code = jit.compile(FormattableString.Invariant($"""
                def pack(kernels):
                    return torch.mkldnn_reorder_conv2d_weight(
                        torch.to_mkldnn(kernels), [{padding}, {padding}], [{shape.Stride}, {shape.Stride}], [1, 1], 1,
                        [1, {shape.InChannels}, {size}, {size}])

                """));
            kernels = (Tensor)code.invoke("pack", kernels);
        }

        _weight = kernels.DetachFromDisposeScope();
        _bias = bias.to(ScalarType.BFloat16).clone().DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        nint result = FusedConvolution.Run(x.Handle, _weight.Handle, _bias.Handle, _geometry, _transposed, _activated);
        GC.KeepAlive(x);
        GC.KeepAlive(this);
        return Tensor.UnsafeCreateTensor(result);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _weight.Dispose();
        _bias.Dispose();
    }
}
