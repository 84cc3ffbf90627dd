using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Reconstruction.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Difference;

/// <summary>
/// The learned fusion's layers over bytes on the processor, beginning with what they read. The last but one gives numbers, and the
/// scores are made of these.
/// </summary>
internal static class Int8FusionLayers
{
    /// <summary>Builds the layers.</summary>
    /// <param name="shapes">As <see cref="FusionLayers.Shapes"/> lists them.</param>
    /// <param name="weights">By name, float32 on the CPU; not taken over.</param>
    /// <param name="ranges">From <see cref="ActivationRanges.Measure"/>.</param>
    /// <param name="precision">Arithmetic of what is not over bytes, which <see cref="ProcessorConvolution.Supports"/>.</param>
    /// <param name="input">What the bytes that the first one reads stand for.</param>
    /// <returns>The layers, and for each whose result is added to another's, the sum; null for the others.</returns>
    /// <exception cref="ModelException">A layer's range is missing or no range.</exception>
    public static (ProcessorLayer[] Layers, ByteSum?[] Sums) Of(
        IReadOnlyList<LayerShape> shapes, IReadOnlyDictionary<string, Tensor> weights, IReadOnlyDictionary<string, ActivationRange> ranges, ScalarType precision, ByteScale input)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        var layers = new ProcessorLayer[shapes.Count];
        var sums = new ByteSum?[shapes.Count];
        int[] sizes = FusionLayers.InputSizes(shapes);

        // The way through the network with what a map's bytes stand for in place of the map; null for numbers.
        FusionLayers.Forward<(int Layer, ByteScale? Scale)>(
            (-1, input),
            (index, read) =>
            {
                LayerShape shape = shapes[index];
                layers[index] = Layer(shape, FoldedLayer.Fold(shape, weights), read.Scale, index == shapes.Count - 2, ranges, precision, sizes[index]);
                return (index, index < shapes.Count - 2 ? ByteScale.Of(shape, ranges) : null);
            },
            (up, skip) =>
            {
                if (up.Scale is not { } scale || skip.Scale is not { } other || scale.Zero != other.Zero || !scale.Steps.AsSpan().SequenceEqual(other.Steps))
                {
                    throw new ModelException($"The ranges of {shapes[up.Layer].Name} and {shapes[skip.Layer].Name} differ: what is added must stand for the same.");
                }

                sums[up.Layer] = new ByteSum(scale);
                return up;
            });
        return (layers, sums);
    }

    private static ProcessorLayer Layer(
        LayerShape shape,
        (Tensor Weight, Tensor Bias) folded,
        ByteScale? input,
        bool givesNumbers,
        IReadOnlyDictionary<string, ActivationRange> ranges,
        ScalarType precision,
        int size) => (input, givesNumbers) switch
        {
            (null, _) => (ProcessorLayer)FoldedLayer.Of(shape, folded.Weight, folded.Bias, precision, CPU, size),
            (_, true) => new Int8Convolution(shape, folded, input, precision, size),
            _ => Int8Convolution.Layer(shape, folded, input, ActivationRanges.Of(shape, ranges), size),
        };
}
