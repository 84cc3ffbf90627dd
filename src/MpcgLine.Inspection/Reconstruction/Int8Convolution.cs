using MpcgLine.Inspection.Reconstruction.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>
/// A convolution, or a transposed one of stride 1, that reads bytes, and gives bytes or numbers. Inference thread only.
/// </summary>
internal sealed class Int8Convolution : FoldedLayer
{
    private readonly Int8Kernel _kernel;
    private readonly ByteActivation? _activation;
    private readonly Scalar? _slope;

    /// <summary>Rounds and packs a layer that gives bytes.</summary>
    /// <param name="shape">The layer, activated.</param>
    /// <param name="folded">Kernel and bias, as <see cref="FoldedLayer"/> takes them.</param>
    /// <param name="input">What the bytes read stand for.</param>
    /// <param name="range">What the layer gives before its LeakyReLU.</param>
    /// <param name="size">Edge of what it reads of a tile of 512 x 512 px.</param>
    public Int8Convolution(LayerShape shape, (Tensor Weight, Tensor Bias) folded, ByteScale input, ActivationRange range, int size)
    {
        ByteScale sums = ByteScale.Covering(range);
        _kernel = Kernel(shape, folded, input, sums, ScalarType.Byte, size);
        _activation = new ByteActivation(sums, ByteScale.Covering(range.Activated()));
    }

    /// <summary>Rounds and packs a layer that gives numbers; parameters as the other's.</summary>
    /// <param name="shape">The layer.</param>
    /// <param name="folded">Kernel and bias.</param>
    /// <param name="input">What the bytes read stand for.</param>
    /// <param name="precision">Element type of what it gives.</param>
    /// <param name="size">Edge of what it reads.</param>
    public Int8Convolution(LayerShape shape, (Tensor Weight, Tensor Bias) folded, ByteScale input, ScalarType precision, int size)
    {
        _kernel = Kernel(shape, folded, input, output: null, precision, size);
        _slope = shape.Activated ? LayerShape.LeakySlope.ToScalar() : null;
    }

    private static Int8Kernel Kernel(
        LayerShape shape, (Tensor Weight, Tensor Bias) folded, ByteScale input, ByteScale? output, ScalarType type, int size)
    {
        (Tensor kernels, int padding) = Gathering(shape, folded.Weight);
        return new Int8Kernel(kernels, folded.Bias, new ConvolutionGeometry(shape.Stride, padding, 0), input, output, type, size);
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        Tensor y = _kernel.Run(x);
        _activation?.Apply(Memory(y));
        return _slope is null ? y : y.leaky_relu_(_slope);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _kernel.Dispose();
        _slope?.Dispose();
    }
}
