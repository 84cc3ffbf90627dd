using MpcgLine.Inspection.Reconstruction.Native;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>
/// A convolution, or a transposed one of stride 1, that reads bytes, and gives bytes or numbers. Inference thread only.
/// </summary>
internal sealed class Int8Convolution : ProcessorLayer
{
    private readonly Int8Kernel _kernel;
    private readonly ByteActivation? _activation;
    private readonly LeakyRelu? _leakyRelu;

    /// <summary>Rounds and packs a layer that gives bytes.</summary>
    /// <param name="shape">The layer.</param>
    /// <param name="folded">Kernel and bias, as <see cref="FoldedLayer"/> takes them.</param>
    /// <param name="input">What the bytes read stand for.</param>
    /// <param name="range">What the layer gives before its LeakyReLU, if it has one.</param>
    /// <param name="size">Edge of what it reads of a tile of 512 x 512 px.</param>
    public Int8Convolution(LayerShape shape, (Tensor Weight, Tensor Bias) folded, ByteScale input, ActivationRange range, int size)
    {
        ByteScale sums = ByteScale.Covering(range);
        _kernel = Kernel(shape, folded, input, sums, ScalarType.Byte, size);
        _activation = shape.Activated ? new ByteActivation(sums, ByteScale.Covering(range.Activated())) : null;
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
        _leakyRelu = shape.Activated ? new LeakyRelu(precision == ScalarType.BFloat16) : null;
    }

    /// <summary>A layer that reads and gives bytes, whichever it is; parameters as the first constructor takes them.</summary>
    public static ProcessorLayer Layer(LayerShape shape, (Tensor Weight, Tensor Bias) folded, ByteScale input, ActivationRange range, int size) =>
        shape.Transposed && shape.Stride > 1
            ? new Int8Upsampling(shape, folded, input, range, size)
            : new Int8Convolution(shape, folded, input, range, size);

    private static Int8Kernel Kernel(
        LayerShape shape, (Tensor Weight, Tensor Bias) folded, ByteScale input, ByteScale? output, ScalarType type, int size)
    {
        (Tensor kernels, int padding) = Gathering(shape, folded.Weight);
        return new Int8Kernel(kernels, folded.Bias, new ConvolutionGeometry(shape.Stride, padding, 0), input, output, type, size);
    }

    /// <inheritdoc/>
    public override nint Run(nint x)
    {
        nint result = _kernel.Run(x);
        try
        {
            NativeMap map = NativeTensors.MapOf(result);
            _activation?.Apply(map);
            _leakyRelu?.Apply(map);
            return result;
        }
        catch
        {
            NativeTensors.Delete(result);
            throw;
        }
    }

    /// <inheritdoc/>
    public override void Dispose() => _kernel.Dispose();
}
