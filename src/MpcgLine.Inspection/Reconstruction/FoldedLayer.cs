using MpcgLine.Inspection.Reconstruction.Native.Winograd;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>
/// A layer ready for inference: normalisation folded into kernel and bias, channels-last in memory, in the
/// precision of the device. Inference thread only.
/// </summary>
internal abstract class FoldedLayer : IDisposable
{
    /// <summary>A layer with its normalisation folded in already.</summary>
    /// <param name="shape">The layer.</param>
    /// <param name="weight">Kernel, as <see cref="LayerShape.WeightShape"/> says; not taken over.</param>
    /// <param name="bias">One per output channel; not taken over.</param>
    /// <param name="precision">Element type of the arithmetic.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="size">Edge of what it reads of a tile of 512 x 512 px, for which it is made fastest; it reads any.</param>
    public static FoldedLayer Of(LayerShape shape, Tensor weight, Tensor bias, ScalarType precision, Device device, int size)
    {
        if (device.type != DeviceType.CPU || !ProcessorConvolution.Supports(precision))
        {
            return new LibraryConvolution(shape, weight, bias, precision, device);
        }

        return precision == ScalarType.Float32 && WinogradConvolution.Supports(shape, size)
            ? WinogradConvolution.Of(shape, weight, bias)
            : new ProcessorConvolution(shape, weight, bias, precision, size);
    }

    /// <summary>Folds the layer's tensors, found by name in <paramref name="weights"/> (float32, on the processor or on the device; not taken over).</summary>
    public static FoldedLayer Of(
        LayerShape shape, IReadOnlyDictionary<string, Tensor> weights, ScalarType precision, Device device, int size)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        (Tensor weight, Tensor bias) = Fold(shape, weights);
        return Of(shape, weight, bias, precision, device, size);
    }

    /// <summary>Kernel and bias with the normalisation folded in: <c>w * gain / sqrt(variance + eps)</c>.</summary>
    internal static (Tensor Weight, Tensor Bias) Fold(LayerShape shape, IReadOnlyDictionary<string, Tensor> weights)
    {
        Tensor weight = weights[$"{shape.Name}.weight"].to(ScalarType.Float32);
        if (!shape.Normalised)
        {
            return (weight, weights[$"{shape.Name}.bias"].to(ScalarType.Float32));
        }

        Tensor Part(string part) => weights[$"{shape.Name}.norm.{part}"].to(ScalarType.Float32);
        using Tensor epsilon = tensor(LayerShape.NormalisationEpsilon, ScalarType.Float32);
        Tensor factor = Part("gain").div(Part("variance").Plus(epsilon).sqrt());
        Tensor bias = Part("shift").sub(Part("mean").mul(factor));
        Tensor perOutput = shape.Transposed ? factor.view(1, -1, 1, 1) : factor.view(-1, 1, 1, 1);
        return (weight.mul(perOutput), bias);
    }

    /// <summary>
    /// A layer's kernel as a convolution's, <c>[out, in, k, k]</c>, and its padding. A transposed convolution of stride 1 is one
    /// too: the same sums, gathered instead of scattered; only a convolution's kernels can be packed.
    /// </summary>
    internal static (Tensor Kernels, int Padding) Gathering(LayerShape shape, Tensor weight) => shape.Transposed
        ? (weight.transpose(0, 1).flip(2, 3), GatheringPadding(shape))
        : (weight, GatheringPadding(shape));

    /// <summary>That padding alone.</summary>
    internal static int GatheringPadding(LayerShape shape) => shape.Transposed ? shape.Kernel - 1 - shape.Padding : shape.Padding;

    /// <summary>
    /// The same values with channels innermost in memory: the layout in which the convolutions run fastest.
    /// TorchSharp has no call for it, but libtorch goes by the strides.
    /// </summary>
    internal static Tensor ChannelsLast(Tensor x) => x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

    /// <summary>
    /// Runs the layer on <c>[N, in, H, W]</c>, channels last in memory; the result, of the same layout, is valid until the next
    /// call and no longer than the caller's dispose scope.
    /// </summary>
    /// <exception cref="ModelException">The library could not run it.</exception>
    public abstract Tensor Forward(Tensor x);

    /// <inheritdoc/>
    public abstract void Dispose();
}
