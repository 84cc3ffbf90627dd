using MpcgLine.Inspection.Reconstruction.Native;
using MpcgLine.Inspection.Tiling;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>
/// The autoencoder over bytes on the processor: bytes go from layer to layer, beginning with the tile's own. The last two layers
/// are the exception: their rounding is most of all the error that a reconstruction has. Inference thread only.
/// </summary>
internal sealed class Int8Reconstruction : IReconstruction
{
    private readonly ProcessorLayer[] _layers;
    private readonly ProcessorReconstruction _processor;

    /// <summary>Builds the layers.</summary>
    /// <param name="width">Width of the network.</param>
    /// <param name="weights">By name, float32 on the CPU; not taken over.</param>
    /// <param name="ranges">From <see cref="ActivationRanges.Measure"/>.</param>
    /// <param name="precision">Arithmetic of what is not over bytes, which <see cref="ProcessorConvolution.Supports"/>.</param>
    /// <exception cref="ModelException">A layer's range is missing or no range.</exception>
    public Int8Reconstruction(
        double width, IReadOnlyDictionary<string, Tensor> weights, IReadOnlyDictionary<string, ActivationRange> ranges, ScalarType precision)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        IReadOnlyList<LayerShape> shapes = ReconstructionLayers.Table4(width);
        (LayerShape Shape, int Size)[] inner = [.. ReconstructionModel.Inner(shapes)];
        (LayerShape pre, Tensor preWeight, Tensor preBias) = BlockLayers.Convolution(shapes[0], weights);
        (LayerShape post, Tensor postWeight, Tensor postBias) = BlockLayers.TransposedConvolution(shapes[^1], weights);
        (LayerShape beforeLast, int size) = inner[^2];
        _layers =
        [
            new Int8Convolution(pre, (preWeight, preBias), GrayLevels, ActivationRanges.Of(pre, ranges), BlockLayers.BlocksPerSide),
            .. inner[..^2].Zip(shapes, (layer, before) => Int8Convolution.Layer(
                layer.Shape,
                FoldedLayer.Fold(layer.Shape, weights),
                ByteScale.Of(before, ranges),
                ActivationRanges.Of(layer.Shape, ranges),
                layer.Size)),
            new Int8Convolution(beforeLast, FoldedLayer.Fold(beforeLast, weights), ByteScale.Of(inner[^3].Shape, ranges), precision, size),
            (ProcessorLayer)FoldedLayer.Of(inner[^1].Shape, weights, precision, CPU, inner[^1].Size),
            (ProcessorLayer)FoldedLayer.Of(post, postWeight, postBias, precision, CPU, BlockLayers.BlocksPerSide),
        ];
        _processor = new ProcessorReconstruction(_layers, ScalarType.Byte, precision);
    }

    // What a tile's own bytes stand for: 0..1.
    private static ByteScale GrayLevels { get; } = new(0, [.. Enumerable.Repeat(1f / byte.MaxValue, BlockLayers.Pixels)]);

    /// <inheritdoc/>
    public bool RunsByHandle => true;

    /// <inheritdoc/>
    public Tensor Reconstruct(Tensor tiles) => ProcessorReconstruction.IsOneTile(tiles)
        ? _processor.Reconstruct(tiles)
        : throw new ArgumentException("Bytes are reconstructed tile by tile, as the processor inspects.", nameof(tiles));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ProcessorLayer layer in _layers)
        {
            layer.Dispose();
        }

        _processor.Dispose();
    }
}
