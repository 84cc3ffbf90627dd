using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>A layer as libtorch's convolution and activation, on any device and in any precision. Inference thread only.</summary>
/// <remarks>
/// The activation's slope is a <see cref="Scalar"/> held in a field: a temporary one can be freed by the garbage
/// collector while native code still reads it, which falsifies a verdict without a trace.
/// </remarks>
internal sealed class LibraryConvolution : FoldedLayer
{
    private readonly LayerShape _shape;
    private readonly Tensor _weight;
    private readonly Tensor _bias;
    private readonly Scalar _slope = LayerShape.LeakySlope.ToScalar();
    private readonly long[] _stride;
    private readonly long[] _padding;
    private readonly long[] _outputPadding;

    /// <summary>Copies kernel and bias to the device; parameters as <see cref="FoldedLayer"/> takes them.</summary>
    public LibraryConvolution(LayerShape shape, Tensor weight, Tensor bias, ScalarType precision, Device device)
    {
        _shape = shape;
        _stride = [shape.Stride, shape.Stride];
        _padding = [shape.Padding, shape.Padding];
        _outputPadding = [shape.OutputPadding, shape.OutputPadding];
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        _weight = ChannelsLast(weight.to(precision).to(device)).clone().DetachFromDisposeScope();
        _bias = bias.to(precision).to(device).clone().DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        Tensor y = _shape.Transposed
            ? nn.functional.conv_transpose2d(x, _weight, _bias, _stride, _padding, _outputPadding)
            : nn.functional.conv2d(x, _weight, _bias, _stride, _padding);
        return _shape.Activated ? y.leaky_relu_(_slope) : y;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _weight.Dispose();
        _bias.Dispose();
        _slope.Dispose();
    }
}
