using MpcgLine.Inspection.Reconstruction.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>
/// A layer on a processor, in single precision or, where it multiplies that, in bfloat16: bias and activation in the convolution's
/// own pass, and kernels laid out once and for all as the arithmetic reads them, but for those of transposed convolutions of
/// stride 2. Left to itself, the library passes over every map again, and lays the kernels out anew for every tile. Inference
/// thread only.
/// </summary>
internal sealed class ProcessorConvolution : ProcessorLayer
{
    private readonly Tensor _weight;
    private readonly Tensor _bias;
    private readonly ConvolutionGeometry _geometry;
    private readonly bool _transposed;
    private readonly bool _activated;

    /// <summary>Packs the kernels; parameters as <see cref="FoldedLayer"/> takes them.</summary>
    public ProcessorConvolution(LayerShape shape, Tensor weight, Tensor bias, ScalarType precision, int size)
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
        Tensor kernels = ChannelsLast(weight.to(precision)).clone();
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
        _bias = bias.to(precision).clone().DetachFromDisposeScope();
    }

    /// <summary>Whether a processor has such layers in a precision.</summary>
    public static bool Supports(ScalarType precision) => FusedConvolution.IsAvailable && NativeTensors.IsAvailable
        && (precision == ScalarType.Float32 || (precision == ScalarType.BFloat16 && Precisions.MultipliesBFloat16()));

    /// <inheritdoc/>
    public override nint Run(nint x)
    {
        nint result = FusedConvolution.Run(x, _weight.Handle, _bias.Handle, _geometry, _transposed, _activated);
        GC.KeepAlive(this);
        return result;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _weight.Dispose();
        _bias.Dispose();
    }
}
