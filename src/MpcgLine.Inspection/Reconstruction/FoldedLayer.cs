using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>
/// A layer ready for inference: normalisation folded into kernel and bias, channels-last in memory, in the
/// precision of the device. Inference thread only.
/// </summary>
/// <remarks>
/// The activation's slope is a <see cref="Scalar"/> held in a field: a temporary one can be freed by the garbage
/// collector while native code still reads it, which falsifies a verdict without a trace.
/// </remarks>
internal sealed class FoldedLayer : IDisposable
{
    private readonly LayerShape _shape;
    private readonly Tensor _weight;
    private readonly Tensor _bias;
    private readonly Scalar _slope = LayerShape.LeakySlope.ToScalar();
    private readonly long[] _stride;
    private readonly long[] _padding;
    private readonly long[] _outputPadding;

    /// <summary>A layer with its normalisation folded in already.</summary>
    /// <param name="shape">The layer.</param>
    /// <param name="weight">Kernel, as <see cref="LayerShape.WeightShape"/> says; not taken over.</param>
    /// <param name="bias">One per output channel; not taken over.</param>
    /// <param name="precision">Element type of the arithmetic.</param>
    /// <param name="device">Where it runs.</param>
    public FoldedLayer(LayerShape shape, Tensor weight, Tensor bias, ScalarType precision, Device device)
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

    /// <summary>Folds the layer's tensors, found by name in <paramref name="weights"/> (float32 on the CPU; not taken over).</summary>
    public static FoldedLayer Of(LayerShape shape, IReadOnlyDictionary<string, Tensor> weights, ScalarType precision, Device device)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        (Tensor weight, Tensor bias) = Fold(shape, weights);
        return new FoldedLayer(shape, weight, bias, precision, device);
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
    /// The same values with channels innermost in memory: the layout in which the convolutions run fastest.
    /// TorchSharp has no call for it, but libtorch goes by the strides.
    /// </summary>
    internal static Tensor ChannelsLast(Tensor x) => x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

    /// <summary>Runs the layer on <c>[N, in, H, W]</c>; the result belongs to the caller's dispose scope.</summary>
    public Tensor Forward(Tensor x)
    {
        Tensor y = _shape.Transposed
            ? nn.functional.conv_transpose2d(x, _weight, _bias, _stride, _padding, _outputPadding)
            : nn.functional.conv2d(x, _weight, _bias, _stride, _padding);
        return _shape.Activated ? y.leaky_relu_(_slope) : y;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _weight.Dispose();
        _bias.Dispose();
        _slope.Dispose();
    }
}
